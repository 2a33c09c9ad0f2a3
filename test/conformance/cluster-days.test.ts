import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cluster, WatchEvent, Watching } from '#io/cluster/cluster.ts'
import { openCluster } from '#io/cluster/open.ts'
import type { WatchLimits } from '#io/cluster/watch.ts'
import { findCredentials } from '#io/cluster/kubeconfig.ts'
import { parseSecretKubeconfig } from '#io/cluster/secret-kubeconfig.ts'
import { systemClock } from '#io/clock.ts'
import { readFile } from 'node:fs/promises'
import { openChaosProxy } from '../fakes/chaos-proxy.ts'
import { startKubernetes, type KubernetesService } from '../services/kubernetes.ts'
import { configMaps, keepingLog, tokenCredentials, until } from './cluster.scene.ts'

// Bad days of a real API server: rights that come and go, etcd that stands still, networks that swallow everything.
const running: { service?: KubernetesService } = {}
const signal = new AbortController().signal

beforeAll(async () => {
  running.service = await startKubernetes()
}, 90_000)
afterAll(async () => running.service?.[Symbol.asyncDispose]())

function service(): KubernetesService {
  if (running.service === undefined) throw new Error('the server did not start')
  return running.service
}

async function open(
  token: string,
  { url = service().url, limits = {} }: { url?: string; limits?: Partial<WatchLimits> } = {},
): Promise<Cluster> {
  const { ca } = service()
  return openCluster({
    credentials: tokenCredentials({ url, ca }, token),
    userAgent: 'tagboat/test',
    clock: systemClock,
    log: keepingLog(),
    limits: { longestPauseMs: 200, ...limits },
  })
}

async function namespace(name: string): Promise<string> {
  await service().send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  return name
}

async function grant(space: string, rule: object): Promise<void> {
  const group = 'rbac.authorization.k8s.io'
  const root = `/apis/${group}/v1/namespaces/${space}`
  const role = {
    apiVersion: `${group}/v1`,
    kind: 'Role',
    metadata: { name: 'reader' },
    rules: [{ apiGroups: [''], ...rule }],
  }
  const binding = {
    apiVersion: `${group}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'reader' },
    roleRef: { apiGroup: group, kind: 'Role', name: 'reader' },
    subjects: [{ apiGroup: group, kind: 'User', name: 'alice' }],
  }
  await service().send('POST', `${root}/roles`, role)
  await service().send('POST', `${root}/rolebindings`, binding)
}

function configMap(space: string, name: string) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: space, name, labels: { mine: '' } }, data: {} }
}

function follow(cluster: Cluster, scope: object): { readonly told: string[]; readonly watching: Watching } {
  const told: string[] = []
  const listen = (event: WatchEvent): void => {
    told.push(event.type === 'synced' ? 'synced' : `${event.type} ${event.object.metadata.name}`)
  }
  return { told, watching: cluster.watch(configMaps, scope, listen) }
}

const everything = { resources: ['configmaps'], verbs: ['get', 'list', 'watch'] }

describe('F19 rights', () => {
  it('what is not permitted is told with the verb and the resource', async () => {
    await using cluster = await open(service().tokens.alice)
    await expect(cluster.list(configMaps, { namespace: 'default' }, signal)).rejects.toMatchObject({
      code: 'CLUSTER_FORBIDDEN',
      message: expect.stringMatching(
        /User "alice" cannot list resource "configmaps" in API group "" in the namespace "default"/,
      ) as string,
    })
  })

  it('a watch that is not permitted says so, and works once it is', async () => {
    const space = await namespace('rights-come')
    await using cluster = await open(service().tokens.alice)
    const { told, watching } = follow(cluster, { namespace: space, labelSelector: 'mine' })
    await until(() => watching.failure()?.message.includes('cannot list') === true)
    expect(told).toEqual([])
    await grant(space, everything)
    await watching.synced
    await service().send('POST', `/api/v1/namespaces/${space}/configmaps`, configMap(space, 'a'))
    await until(() => told.includes('put a'))
    expect(watching.failure()).toBeUndefined()
  })

  it('rights that are taken away in the midst of it delete nothing', async () => {
    const space = await namespace('rights-go')
    await grant(space, everything)
    await service().send('POST', `/api/v1/namespaces/${space}/configmaps`, configMap(space, 'a'))
    await using cluster = await open(service().tokens.alice)
    const { told, watching } = follow(cluster, { namespace: space, labelSelector: 'mine' })
    await watching.synced
    const binding = `/apis/rbac.authorization.k8s.io/v1/namespaces/${space}/rolebindings/reader`
    await service().send('DELETE', binding)
    await until(async () =>
      cluster.list(configMaps, { namespace: space }, signal).then(
        () => false,
        () => true,
      ),
    )
    watching.relist()
    await until(() => watching.failure() !== undefined)
    expect(told).toEqual(['put a', 'synced'])
    await grant(space, everything)
    await until(() => told.filter((one) => one === 'synced').length === 2)
    expect(told).toEqual(['put a', 'synced', 'synced'])
  })

  it('one Secret by name can be read and watched with the right to it alone', async () => {
    const space = await namespace('one-secret')
    await grant(space, { resources: ['secrets'], resourceNames: ['s'], verbs: ['get', 'list', 'watch'] })
    await using cluster = await open(service().tokens.alice)
    const secrets = { group: '', version: 'v1', resource: 'secrets' }
    const told: string[] = []
    const watching = cluster.watch(
      secrets,
      { namespace: space, fieldSelector: 'metadata.name=s' },
      ({ type }) => void told.push(type),
    )
    await watching.synced
    await service().send('POST', `/api/v1/namespaces/${space}/secrets`, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
    })
    await until(() => told.includes('put'))
    expect(await cluster.get(secrets, { namespace: space, name: 's' }, signal)).toMatchObject({ kind: 'Secret' })
    await expect(cluster.list(secrets, { namespace: space }, signal)).rejects.toMatchObject({
      code: 'CLUSTER_FORBIDDEN',
    })
  })
})

it('a kubeconfig leads to it, the user’s own and one of a Secret', async () => {
  const file = await service().kubeconfig('alice')
  const own = await findCredentials({ kubeconfig: file, environment: {} })
  const text = await readFile(file, 'utf8')
  for (const credentials of [own, parseSecretKubeconfig(text, 'Secret apps/remote')]) {
    await using cluster = await openCluster({
      credentials,
      userAgent: 'tagboat/test',
      clock: systemClock,
      log: keepingLog(),
    })
    const group = 'authentication.k8s.io'
    const review = { apiVersion: `${group}/v1`, kind: 'SelfSubjectReview', metadata: { name: '' } }
    const gvr = { group, version: 'v1', resource: 'selfsubjectreviews' }
    // The answer to a review has no name, so that it is no object to us: what the server says is what counts.
    await expect(cluster.create(gvr, review, signal)).rejects.toMatchObject({ code: 'CLUSTER_MALFORMED' })
    await expect(cluster.list(configMaps, {}, signal)).rejects.toThrow('User "alice" cannot list')
  }
})

it('F16 etcd stands still for two seconds: requests wait, none is lost, none happens twice', async () => {
  const space = await namespace('slow-etcd')
  await using cluster = await open(service().adminToken)
  await cluster.create(configMaps, configMap(space, 'before'), signal)
  service().freezeEtcd(true)
  const written = Promise.all(['a', 'b', 'c'].map((name) => cluster.create(configMaps, configMap(space, name), signal)))
  const applied = cluster.apply(configMaps, { ...configMap(space, 'before'), data: { k: 'v' } }, {}, signal)
  await systemClock.sleep(2000, signal)
  service().freezeEtcd(false)
  await Promise.all([written, applied])
  const { items } = await cluster.list(configMaps, { namespace: space, labelSelector: 'mine' }, signal)
  expect(items.map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'before', 'c'])
})

it('F13 a network that swallows everything: the watch is asked anew, and nothing is missed', async () => {
  const space = await namespace('black-hole')
  await using proxy = await openChaosProxy(Number(new URL(service().url).port))
  await using cluster = await open(service().adminToken, { url: `https://${proxy.host}`, limits: { silenceMs: 400 } })
  await using direct = await open(service().adminToken)
  const { told, watching } = follow(cluster, { namespace: space, labelSelector: 'mine' })
  await watching.synced
  proxy.set({ toClient: { blackHole: true } })
  await direct.create(configMaps, configMap(space, 'a'), signal)
  await systemClock.sleep(600, signal)
  expect(told).toEqual(['synced'])
  expect(watching.ageMs()).toBeGreaterThan(400)
  proxy.set({})
  await until(() => told.includes('put a'), 45_000)
}, 60_000)

it('F10 the API server is away for a while: what it says afterwards is the truth', async () => {
  const space = await namespace('away')
  await using cluster = await open(service().adminToken)
  const { told, watching } = follow(cluster, { namespace: space, labelSelector: 'mine' })
  await watching.synced
  await cluster.create(configMaps, configMap(space, 'a'), signal)
  await until(() => told.includes('put a'))
  await service().stop()
  await until(() => watching.failure() !== undefined)
  await service().restart()
  await cluster.remove(configMaps, { namespace: space, name: 'a' }, signal)
  await until(() => told.includes('gone a'), 30_000)
  expect(told.filter((one) => one === 'put a')).toHaveLength(1)
}, 60_000)
