import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bareRepository, type BareRepository, type Changes } from '../services/git.ts'
import { serveHttp, type GitHttpServer } from '../services/git-http.ts'
import { startRegistry, type RegistryService } from '../services/registry.ts'
import { tagboat, type TagboatRun } from '../services/tagboat.ts'
import { temporaryFolder } from '../services/temporary-folder.ts'

/** A registry, a Git server with basic auth, a folder of resources: what a user of the command line has. */
export interface World extends AsyncDisposable {
  readonly folder: string
  readonly registry: RegistryService
  readonly repository: BareRepository
  readonly server: GitHttpServer
  /** Replaces a file of the resources folder. */
  write(name: string, text: string): Promise<void>
  /** Pushes `team/app` under these tags. */
  push(...tags: readonly string[]): Promise<void>
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<TagboatRun>
}

export const password = 'canary-pässword+/1'

/** Starts it all; `files` are what the config repository holds at first. */
export async function openWorld(files: Changes): Promise<World> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder('world'))
  const registry = stack.use(await startRegistry())
  const repository = stack.use(await bareRepository(files))
  const server = stack.use(await serveHttp(repository.path, { access: { username: 'bot', password } }))
  await mkdir(join(folder.path, 'policies'))
  const write = async (name: string, text: string) => writeFile(join(folder.path, 'policies', name), text)
  await write('resources.yaml', resources({ image: `${registry.host}/team/app`, url: server.url }))
  const owned = stack.move()
  return {
    folder: folder.path,
    registry,
    repository,
    server,
    write,
    async push(...tags) {
      for (const tag of tags) await registry.pushImage({ repository: 'team/app', tag })
    },
    run: async (args, env = {}) => tagboat(args, { cwd: folder.path, env }),
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  }
}

/** Flux's own manifests, as a team has them, with a Secret for Git. */
export function resources({ image, url, range = '^1.0.0' }: { image: string; url: string; range?: string }): string {
  return `apiVersion: image.toolkit.fluxcd.io/v1beta2
kind: ImageRepository
metadata: {name: app, namespace: apps}
spec: {image: ${image}, interval: 1m}
---
apiVersion: image.toolkit.fluxcd.io/v1beta2
kind: ImagePolicy
metadata: {name: app, namespace: apps}
spec:
  imageRepositoryRef: {name: app}
  policy: {semver: {range: "${range}"}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: config, namespace: apps}
spec:
  url: ${url}
  interval: 1m
  ref: {branch: main}
  secretRef: {name: git}
---
apiVersion: v1
kind: Secret
metadata: {name: git, namespace: apps}
stringData: {username: bot, password: "${password}"}
---
apiVersion: image.toolkit.fluxcd.io/v1beta2
kind: ImageUpdateAutomation
metadata: {name: apps, namespace: apps}
spec:
  interval: 1m
  sourceRef: {kind: GitRepository, name: config}
  git:
    commit:
      author: {name: Bot, email: bot@example.com}
      messageTemplate: |
        {{ .AutomationObject }}: {{ range .Changed.Changes }}{{ .OldValue }} to {{ .NewValue }}{{ end }}
  update: {path: ./apps, strategy: Setters}
`
}

/** A file as people write it: CRLF, odd indentation, comments. */
export function appFile(image: string, tag: string): string {
  return [
    "# the team's comment",
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata: {name: app,   namespace: apps}',
    '',
    'spec:',
    '   template:',
    '      spec:',
    '         containers:',
    '         -   name: app',
    `             image: "${image}:${tag}"\t# {"$imagepolicy": "apps:app"}`,
    '',
  ].join('\r\n')
}
