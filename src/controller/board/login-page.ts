/** The form that asks for the token; `message` is one of our own texts. */
export function loginPage({
  action,
  message,
}: {
  readonly action: string
  readonly message: string | undefined
}): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Tagboat</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; display: grid; place-items: center; min-height: 90vh; margin: 0; }
form { display: grid; gap: .75rem; width: min(24rem, 90vw); }
input, button { font: inherit; padding: .5rem; }
p { margin: 0; color: #b00020; }
</style>
</head>
<body>
<form method="post" action="${action}">
<label for="token">Token of the dashboard</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
${message === undefined ? '' : `<p role="alert">${message}</p>\n`}<button>Log in</button>
</form>
</body>
</html>
`
}
