import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseYamlValues } from '#core/yaml.ts'
import { listFiles, readText } from '../../rules/sources.ts'
import { bareRepository, type BareRepository, type Changes } from '../../services/git.ts'
import { serveHttp, type GitHttpServer } from '../../services/git-http.ts'
import { startKubernetes, type KubernetesService } from '../../services/kubernetes.ts'
import { freePort } from '../../services/ports.ts'
import { startRedis, type RedisService } from '../../services/redis.ts'
import { startRegistry, type RegistryService } from '../../services/registry.ts'
import { startTagboat, type StartedTagboat } from '../../services/tagboat.ts'
import { temporaryFolder } from '../../services/temporary-folder.ts'

export type Json = Readonly<Record<string, unknown>>

/** An object as tests look at it. */
export interface LiveObject extends Json {
  readonly metadata: Json & { readonly name: string; readonly resourceVersion: string }
  readonly status?: Json & { readonly conditions?: readonly LiveCondition[] }
}

interface LiveCondition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
}

/** A controller in a process of its own. */
export interface Replica extends StartedTagboat {
  readonly metrics: string
  readonly health: string
  readonly webhook: string
}

/** Everything real: API server, Redis, registry, Git server; controllers are started by the test. */
export interface Installation extends AsyncDisposable {
  readonly folder: string
  readonly kubernetes: KubernetesService
  readonly redis: RedisService
  readonly registry: RegistryService
  readonly repository: BareRepository
  readonly server: GitHttpServer
  /** The CustomResourceDefinitions that were applied. */
  readonly definitions: readonly string[]
  /** Applies a stream of YAML as `kubectl apply` does. */
  readonly apply: (yaml: string) => Promise<void>
  /** One of our objects in namespace `apps`; undefined if absent. */
  readonly get: (resource: string, name: string) => Promise<LiveObject | undefined>
  /** Starts a controller and waits until it is ready. */
  readonly start: (flags?: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Replica>
  /** Pushes `team/app` under these tags. */
  readonly push: (...tags: readonly string[]) => Promise<void>
}

export async function openInstallation(files: Changes): Promise<Installation> {
  await using stack = new AsyncDisposableStack()
  const [folder, kubernetes, redis, registry, repository] = await Promise.all([
    temporaryFolder('installation'),
    startKubernetes(),
    startRedis(),
    startRegistry(),
    bareRepository(files),
  ])
  for (const one of [folder, kubernetes, redis, registry, repository]) stack.use(one)
  const server = stack.use(await serveHttp(repository.path))
  const apply = applier(kubernetes)
  const definitions = listFiles('deploy/crds/**/*.yaml')
    .map(readText)
    .filter((text) => text.includes('kind: CustomResourceDefinition'))
  for (const definition of definitions) await apply(definition)
  await apply('{apiVersion: v1, kind: Namespace, metadata: {name: apps}}')
  await writeFile(join(folder.path, 'config.yaml'), 'registry: {allowLoopback: true}\n')
  const replicas: StartedTagboat[] = []
  stack.defer(async () => {
    for (const replica of replicas) replica.kill('SIGKILL')
    await Promise.all(replicas.map(({ ended }) => ended))
  })
  const kubeconfig = await kubernetes.kubeconfig()
  const owned = stack.move()
  return {
    folder: folder.path,
    kubernetes,
    redis,
    registry,
    repository,
    server,
    definitions,
    apply,
    get: async (resource, name) => {
      const group = resource.includes('.') ? resource.slice(resource.indexOf('.') + 1) : 'tagboat.dev'
      const plural = resource.split('.')[0] ?? ''
      const { status, value } = await kubernetes.send('GET', `/apis/${group}/v1/namespaces/apps/${plural}/${name}`)
      return status === 200 ? (value as LiveObject) : undefined
    },
    push: async (...tags) => {
      for (const tag of tags) await registry.pushImage({ repository: 'team/app', tag })
    },
    start: async (flags = [], env = {}) => {
      const [metrics, health, webhook] = await Promise.all([freePort(), freePort(), freePort()])
      const own = [
        `--kubeconfig=${kubeconfig}`,
        `--redis=unix://${redis.socket}`,
        `--metrics-addr=127.0.0.1:${metrics}`,
        `--health-addr=127.0.0.1:${health}`,
        `--webhook-addr=127.0.0.1:${webhook}`,
        '--leader-election-namespace=default',
        `--config=${join(folder.path, 'config.yaml')}`,
        `--cache-dir=${join(folder.path, `cache-${health}`)}`,
      ]
      const child = startTagboat(['controller', ...own, ...flags], { cwd: folder.path, env })
      replicas.push(child)
      const [m, h, w] = [metrics, health, webhook].map((port) => `http://127.0.0.1:${port}`) as [string, string, string]
      await ready(h, child)
      return { ...child, metrics: m, health: h, webhook: w }
    },
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  }
}

/** Asks until there is an answer; fails with what was waited for. */
export async function until<T>(what: string, look: () => Promise<T | undefined | false>, seconds = 30): Promise<T> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`)
    await sleep(25)
  }
}

/** The condition of an object; undefined while it has none. */
export function conditionOf(object: LiveObject | undefined, type = 'Ready'): LiveCondition | undefined {
  return object?.status?.conditions?.find((one) => one.type === type)
}

async function ready(health: string, child: StartedTagboat): Promise<void> {
  const failed = child.ended.then(({ code, signal, stderr }) => {
    throw new Error(`the controller ended with ${code ?? signal}: ${stderr.slice(-4000)}`)
  })
  failed.catch(() => undefined)
  const isReady = until('the controller is ready', async () => {
    const answer = await fetch(`${health}/readyz`).catch(() => undefined)
    return answer?.ok === true
  })
  await Promise.race([isReady, failed])
}

function applier(kubernetes: KubernetesService): Installation['apply'] {
  const send: KubernetesService['send'] = async (...request) => kubernetes.send(...request)
  return async (yaml) => {
    const { documents, problems } = parseYamlValues(yaml)
    if (problems.length > 0) throw new Error(JSON.stringify(problems))
    for (const { value } of documents) {
      const object = value as Json & { readonly apiVersion: string; readonly kind: string; readonly metadata: Json }
      const path = `${await collectionOf(object, send)}/${String(object.metadata['name'])}`
      const query = '?fieldManager=test&force=true&fieldValidation=Strict'
      const { status, value: answer } = await send('PATCH', path + query, object, 'application/apply-patch+yaml')
      if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(answer)}`)
      if (object.kind === 'CustomResourceDefinition') await served(object, send)
    }
  }
}

const coreKinds: Readonly<Record<string, string>> = {
  Namespace: 'namespaces',
  Secret: 'secrets',
  ServiceAccount: 'serviceaccounts',
  ConfigMap: 'configmaps',
}

async function collectionOf(
  object: { readonly apiVersion: string; readonly kind: string; readonly metadata: Json },
  send: KubernetesService['send'],
): Promise<string> {
  const { apiVersion, kind, metadata } = object
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  const named = coreKinds[kind] ?? (await pluralOf(root, kind, send))
  const isGlobal = ['Namespace', 'CustomResourceDefinition', 'ClusterRole', 'ClusterRoleBinding'].includes(kind)
  return isGlobal
    ? `${root}/${named}`
    : `${root}/namespaces/${(metadata['namespace'] as string | undefined) ?? 'apps'}/${named}`
}

async function pluralOf(root: string, kind: string, send: KubernetesService['send']): Promise<string> {
  const { value } = await send('GET', root)
  const { resources = [] } = value as { resources?: readonly { readonly kind: string; readonly name: string }[] }
  const found = resources.find((one) => one.kind === kind && !one.name.includes('/'))
  if (found === undefined) throw new Error(`${root} has no ${kind}`)
  return found.name
}

/** A definition is served a moment after it was accepted. */
async function served(object: Json & { readonly metadata: Json }, send: KubernetesService['send']): Promise<void> {
  const { group, names, versions } = object['spec'] as {
    readonly group: string
    readonly names: { readonly plural: string }
    readonly versions: readonly { readonly name: string }[]
  }
  await until(`${names.plural}.${group} is served`, async () => {
    const { status } = await send('GET', `/apis/${group}/${versions[0]?.name ?? ''}/${names.plural}`)
    return status === 200
  })
}
