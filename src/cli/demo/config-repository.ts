import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { AppError } from '#core/error.ts'

/** Makes a bare repository with one commit on `main` that holds these files. `GIT_PROGRAM_MISSING` without git. */
export async function createRepository(path: string, files: Readonly<Record<string, string>>): Promise<void> {
  await git(['init', '--quiet', '--bare', '--initial-branch=main', path], '')
  const blobs = Object.entries(files).map(([name, text]) => {
    return `M 100644 inline ${name}\ndata ${Buffer.byteLength(text)}\n${text}\n`
  })
  const message = 'Deploy podinfo and the authentik development server\n'
  const commit = `commit refs/heads/main\ncommitter A Person <person@example.com> now\ndata ${Buffer.byteLength(message)}\n${message}`
  await git(['-C', path, 'fast-import', '--quiet', '--date-format=now'], `${commit}${blobs.join('')}\n`)
}

/** The files of the demo: two workloads, written as people write them. */
export const demoFiles: Readonly<Record<string, string>> = {
  'README.md': '# The configuration of a small cluster\n',
  'apps/podinfo.yaml': `# Comments, blank lines and indentation are the team's: Tagboat leaves them alone.
apiVersion: apps/v1
kind: Deployment
metadata:
    name: podinfo
    namespace: web
spec:
    replicas: 2

    selector: {matchLabels: {app: podinfo}}
    template:
        metadata: {labels: {app: podinfo}}
        spec:
            containers:
            -   name: podinfo
                image: ghcr.io/stefanprodan/podinfo:6.5.0 # {"$imagepolicy": "default:podinfo"}
`,
  'apps/authentik/values.yaml': `image:
  repository: ghcr.io/goauthentik/dev-server # {"$imagepolicy": "default:authentik-dev:name"}
  tag: 'gh-main-1760000000-0a1b2c3'   # {"$imagepolicy": "default:authentik-dev:tag"}
`,
}

async function git(args: readonly string[], input: string): Promise<void> {
  const child = spawn('git', args, { stdio: ['pipe', 'ignore', 'pipe'] })
  const said: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text))
  // A child that ends early closes its input; its exit code is what counts.
  child.stdin.on('error', () => {}).end(input)
  const [code] = (await Promise.race([once(child, 'close'), failedToStart(child)])) as [number]
  if (code !== 0) throw new AppError('GIT_FAILED', `git ${args[0] ?? ''} failed: ${said.join('').trim()}`)
}

async function failedToStart(child: ReturnType<typeof spawn>): Promise<never> {
  const [error] = (await once(child, 'error')) as [NodeJS.ErrnoException]
  throw new AppError('GIT_PROGRAM_MISSING', `git could not be started: ${error.code ?? error.message}`)
}
