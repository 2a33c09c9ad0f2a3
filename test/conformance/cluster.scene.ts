import { randomBytes } from 'node:crypto'
import type { Gvr, Cluster, KubeObject } from '#io/cluster/cluster.ts'
import type { Credentials } from '#io/cluster/credentials.ts'
import { openCluster } from '#io/cluster/open.ts'
import { systemClock } from '#io/clock.ts'
import { Secret } from '#core/secret/secret.ts'
import { parseYamlValues } from '#core/yaml.ts'
import type { Log } from '#flow/ports.ts'
import { startFakeKubernetes, type FakeKind } from '../fakes/kubernetes.ts'
import { startKubernetes } from '../services/kubernetes.ts'
import { listFiles, readText } from '../rules/sources.ts'

/** An API server under test, the fake or a real one. */
export interface ClusterServer extends AsyncDisposable {
  readonly url: string
  readonly ca: string | undefined
  /** Requests as somebody else, past the client under test. */
  send(method: string, path: string, body?: unknown, type?: string): Promise<{ status: number; value: unknown }>
  /** Ends everything that runs on it, as a restart does. */
  interrupt(): Promise<void>
}

/** A namespace of its own on it, with a client. */
export interface ClusterScene extends AsyncDisposable {
  readonly server: ClusterServer
  readonly cluster: Cluster
  readonly namespace: string
  readonly signal: AbortSignal
  /** Texts of warnings and errors. */
  readonly logged: readonly string[]
  /** Another client, e.g. as somebody without rights. */
  open(token: string): Promise<Cluster>
  /** A ConfigMap of this namespace, not yet created. */
  configMap(
    name: string,
    data?: Readonly<Record<string, string>>,
    labels?: Readonly<Record<string, string>>,
  ): KubeObject
}

export type SetScene = () => Promise<ClusterScene>

export const configMaps: Gvr = { group: '', version: 'v1', resource: 'configmaps' }
export const repositories: Gvr = { group: 'tagboat.dev', version: 'v1', resource: 'imagerepositories' }

const served: readonly FakeKind[] = [
  ['', 'v1', 'namespaces', 'Namespace', false],
  ['', 'v1', 'configmaps', 'ConfigMap', true],
  ['', 'v1', 'secrets', 'Secret', true],
  ['', 'v1', 'serviceaccounts', 'ServiceAccount', true],
  ['events.k8s.io', 'v1', 'events', 'Event', true],
  ['coordination.k8s.io', 'v1', 'leases', 'Lease', true],
  ['rbac.authorization.k8s.io', 'v1', 'clusterroles', 'ClusterRole', false],
  ['tagboat.dev', 'v1', 'imagerepositories', 'ImageRepository', true],
  ['tagboat.dev', 'v1', 'imagepolicies', 'ImagePolicy', true],
  ['tagboat.dev', 'v1', 'imageupdateautomations', 'ImageUpdateAutomation', true],
  ['tagboat.dev', 'v1', 'gitrepositories', 'GitRepository', true],
].map(([group, version, resource, kind, namespaced]) => ({ group, version, resource, kind, namespaced }) as FakeKind)

/** The kinds that the fake serves in these suites. */
export const fakeKinds = served

export async function startFake(): Promise<ClusterServer> {
  const fake = await startFakeKubernetes({ kinds: served })
  const all = ['admin-token', 'alice-token', 'bob-token'].map((token) => [token, token] as const)
  fake.admit(new Map(all))
  return {
    url: fake.url,
    ca: undefined,
    send: async (method, path, body, type = 'application/json') => {
      const headers = { 'content-type': type, authorization: 'Bearer admin-token' }
      const answer = await fetch(fake.url + path, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      return { status: answer.status, value: JSON.parse(await answer.text()) as unknown }
    },
    interrupt: async () => fake.watches.cut(),
    [Symbol.asyncDispose]: async () => fake[Symbol.asyncDispose](),
  }
}

/** A real one with our definitions applied. */
export async function startReal(): Promise<ClusterServer> {
  await using stack = new AsyncDisposableStack()
  const service = stack.use(await startKubernetes())
  await applyDefinitions(async (...request) => service.send(...request))
  const resources = stack.move()
  return {
    url: service.url,
    ca: service.ca,
    send: async (...request) => service.send(...request),
    interrupt: async () => service.restart(),
    [Symbol.asyncDispose]: async () => resources.disposeAsync(),
  }
}

/** Creates every CustomResourceDefinition of deploy/crds, or of other files, and waits until it is served. */
export async function applyDefinitions(
  send: ClusterServer['send'],
  files: readonly string[] = listFiles('deploy/crds/*.yaml'),
): Promise<void> {
  const root = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
  for (const file of files) {
    const definition = parseYamlValues(readText(file)).documents[0]?.value as KubeObject
    const created = await send('POST', root, definition)
    if (created.status !== 201) throw new Error(`${file}: ${JSON.stringify(created.value)}`)
    await until(async () => {
      const { value } = await send('GET', `${root}/${definition.metadata.name}`)
      return JSON.stringify(value).includes('"type":"Established","status":"True"') || isEstablished(value)
    })
  }
}

function isEstablished(value: unknown): boolean {
  const conditions =
    (value as { status?: { conditions?: readonly { type: string; status: string }[] } }).status?.conditions ?? []
  return conditions.some(({ type, status }) => type === 'Established' && status === 'True')
}

/** Waits until something is so; fails after ten seconds. */
export async function until(isSo: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`it did not become so within ${withinMs} ms`)
    await systemClock.sleep(10, new AbortController().signal)
  }
}

/** Credentials as nothing but a token. */
export function tokenCredentials({ url, ca }: Pick<ClusterServer, 'url' | 'ca'>, token: string): Credentials {
  return {
    server: new URL(url),
    namespace: 'default',
    proxy: undefined,
    access: async () => ({
      headers: {},
      authorization: new Secret(`Bearer ${token}`, { masked: false }),
      tls: ca === undefined ? {} : { ca },
    }),
  }
}

/** A log that keeps the texts of warnings and errors. */
export function keepingLog(): Log & { readonly texts: string[] } {
  const texts: string[] = []
  const keep = (message: string, fields?: Readonly<Record<string, unknown>>): void => {
    const { error } = fields ?? {}
    texts.push(error instanceof Error ? `${message}: ${error.message}` : message)
  }
  return { texts, debug: () => undefined, info: () => undefined, warn: keep, error: keep }
}

export async function setScene(server: ClusterServer): Promise<ClusterScene> {
  const namespace = `t-${randomBytes(4).toString('hex')}`
  await server.send('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  })
  const log = keepingLog()
  const opened: Cluster[] = []
  const open = async (token: string): Promise<Cluster> => {
    const credentials = tokenCredentials(server, token)
    const cluster = await openCluster({ credentials, userAgent: 'tagboat/test', clock: systemClock, log })
    opened.push(cluster)
    return cluster
  }
  return {
    server,
    namespace,
    cluster: await open('admin-token'),
    signal: new AbortController().signal,
    logged: log.texts,
    open,
    configMap: (name, data = {}, labels = {}) => {
      return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name, labels }, data }
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(opened.map((cluster) => cluster[Symbol.asyncDispose]()))
    },
  }
}
