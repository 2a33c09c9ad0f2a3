import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kind } from '#core/api/object-ref.ts'
import { AppError } from '#core/error.ts'
import { openDemoRegistry, type DemoRegistry } from '#cli/demo/registry.ts'
import { openSession } from '#cli/session.ts'
import type { Ports, Resource } from '#flow/ports.ts'
import { memoryIo } from '../cli/memory-io.ts'
import { bareRepository, type BareRepository, type Changes } from '../services/git.ts'
import { temporaryFolder } from '../services/temporary-folder.ts'

/** Real ports over an embedded registry, a bare repository and a file of resources. */
export interface FlowWorld extends AsyncDisposable {
  readonly ports: Ports
  readonly registry: DemoRegistry
  readonly repository: BareRepository
  /** Registry host and path of the image that tests push. */
  readonly image: string
  readonly signal: AbortSignal
  push(...tags: readonly string[]): void
  /** The object by kind and name in namespace `apps`, with its status. */
  get<K extends Resource['kind']>(kind: K, name: string): Promise<Extract<Resource, { kind: K }>>
}

export interface FlowOptions {
  /** YAML; `IMAGE` stands for the image's name. */
  readonly resources: string
  readonly files?: Changes
  /** `status`: statuses count as kept, as in a cluster. */
  readonly lastChoice?: 'status' | 'git'
}

const groups: Readonly<Record<string, string>> = { GitRepository: 'source.toolkit.fluxcd.io' }

/** Opens a world; everything in it is gone with its scope. */
export async function openFlowWorld(options: FlowOptions): Promise<FlowWorld> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder('flow'))
  const registry = stack.use(await openDemoRegistry())
  const repository = stack.use(await bareRepository(options.files ?? { 'README.md': 'config' }))
  const image = `${registry.host}/team/app`
  await writeFile(join(folder.path, 'resources.yaml'), options.resources.replaceAll('IMAGE', image))
  const io = memoryIo({ cwd: folder.path, env: { PATH: process.env['PATH'], HOME: folder.path } })
  const flags = { file: [join(folder.path, 'resources.yaml')], repo: repository.path, logLevel: 'error' }
  const session = stack.use(await openSession(flags, io, { keeps: true }))
  const settings = { ...session.ports.settings, lastChoice: options.lastChoice ?? 'git' }
  const owned = stack.move()
  return {
    ports: { ...session.ports, settings },
    registry,
    repository,
    image,
    signal: io.signal,
    push: (...tags) => tags.forEach((tag) => registry.pushImage({ repository: 'team/app', tag })),
    async get(kind, name) {
      const key = { group: groups[kind] ?? 'image.toolkit.fluxcd.io', kind: kind as Kind, namespace: 'apps', name }
      const found = await session.ports.resources.get(key, io.signal)
      if (found?.kind !== kind) throw new AppError('INTERNAL', `there is no ${kind} ${name}`)
      return found as Extract<Resource, { kind: typeof kind }>
    },
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  }
}

/** An ImageRepository, as YAML. */
export function repositoryYaml(name: string, spec = ''): string {
  return `---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {name: ${name}, namespace: apps}
spec: {image: IMAGE, interval: 10m${spec === '' ? '' : `, ${spec}`}}
`
}

/** An ImagePolicy of the repository `app`, as YAML; `metadata` and `spec` are further members. */
export function policyYaml(name: string, policy: string, { metadata = '', spec = '' } = {}): string {
  return `---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: ${name}, namespace: apps${metadata === '' ? '' : `, ${metadata}`}}
spec: {imageRepositoryRef: {name: app}, policy: {${policy}}${spec === '' ? '' : `, ${spec}`}}
`
}

/** An automation on `main` of the GitRepository `config`, as YAML; `git` and `spec` are further members. */
export function automationYaml(name: string, { git = '', spec = '' } = {}): string {
  return `---
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageUpdateAutomation
metadata: {name: ${name}, namespace: apps}
spec:
  interval: 10m
  sourceRef: {kind: GitRepository, name: config}
  git: {checkout: {ref: {branch: main}}, commit: {author: {name: Bot, email: bot@example.com}}${git === '' ? '' : `, ${git}`}}
  ${spec}
`
}
