import { readFile } from 'node:fs/promises'
import { AppError } from '#core/error.ts'
import { Secret } from '#core/secret/secret.ts'

/** A shorter one can be guessed. */
const leastCharacters = 16
const hint = 'make one with `openssl rand -hex 32`'

/**
 * The token of the dashboard: from the file of `--dashboard-token-file`, else from `TAGBOAT_DASHBOARD_TOKEN`.
 * `USAGE_INVALID` where there is none, since a dashboard is never served without one.
 */
export async function dashboardToken(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Secret> {
  const given = file === undefined ? environment['TAGBOAT_DASHBOARD_TOKEN'] : await textOf(file)
  const text = given?.trim() ?? ''
  const where = file === undefined ? 'TAGBOAT_DASHBOARD_TOKEN' : `--dashboard-token-file ${file}`
  if (text === '' && file === undefined) {
    throw new AppError(
      'USAGE_INVALID',
      '--dashboard: no token: set TAGBOAT_DASHBOARD_TOKEN or --dashboard-token-file',
      {
        hint,
      },
    )
  }
  if (text.length < leastCharacters) {
    throw new AppError('USAGE_INVALID', `${where}: the token has less than ${leastCharacters} characters`, { hint })
  }
  return new Secret(text)
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    throw new AppError('USAGE_INVALID', `--dashboard-token-file: ${file} cannot be read`)
  }
}
