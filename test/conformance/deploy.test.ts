import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { definitions } from '#cli/definitions.ts'
import { systemClock } from '#io/clock.ts'
import type { Cluster, KubeObject } from '#io/cluster/cluster.ts'
import { openCluster } from '#io/cluster/open.ts'
import { controllerRights } from '#io/cluster/rights.ts'
import { packageVersion } from '#io/version.ts'
import { listFiles } from '../rules/sources.ts'
import { startKubernetes, type KubernetesService } from '../services/kubernetes.ts'
import { temporaryFolder } from '../services/temporary-folder.ts'
import { applyDefinitions, keepingLog, tokenCredentials, until } from './cluster.scene.ts'
import { accountKubeconfig, pathOf, readKustomization, templateOf } from './deploy.scene.ts'
import { openController, startRedisWith } from './deploy.programs.ts'

// What a real API server makes of deploy/, and what the controller's account may do there.
const namespace = 'tagboat-system'
const manifests = readKustomization('deploy')
const flux = readKustomization('deploy/crds/flux')
const controller = templateOf('tagboat', manifests)
const redis = templateOf('tagboat-redis', manifests)
const stack = new AsyncDisposableStack()
const running: { kubernetes?: KubernetesService; folder?: string; kubeconfig?: string; account?: Cluster } = {}
const { signal } = new AbortController()

beforeAll(async () => {
  const kubernetes = stack.use(await startKubernetes())
  const folder = stack.use(await temporaryFolder('deploy')).path
  for (const { object } of manifests) await apply(kubernetes, object)
  const send = async (...request: Parameters<KubernetesService['send']>) => kubernetes.send(...request)
  await applyDefinitions(
    send,
    flux.map(({ file }) => file),
  )
  const { path, token } = await accountKubeconfig(kubernetes, { namespace, name: 'tagboat' }, folder)
  const credentials = tokenCredentials(kubernetes, token)
  const options = { credentials, userAgent: 'tagboat/test', clock: systemClock, log: keepingLog() }
  Object.assign(running, { kubernetes, folder, kubeconfig: path, account: stack.use(await openCluster(options)) })
}, 120_000)
afterAll(async () => stack.disposeAsync())

/** As `kubectl apply --server-side` does; fails where the server refuses, or knows a field not. */
async function apply(service: KubernetesService, object: KubeObject): Promise<void> {
  const query = '?fieldManager=kubectl&fieldValidation=Strict'
  const { status, value } = await service.send('PATCH', pathOf(object) + query, object, 'application/apply-patch+yaml')
  if (status !== 201) throw new Error(`${pathOf(object)}: ${status} ${JSON.stringify(value)}`)
}

function started(): { kubernetes: KubernetesService; folder: string; kubeconfig: string; account: Cluster } {
  const { kubernetes, folder, kubeconfig, account } = running
  if (kubernetes === undefined || folder === undefined || kubeconfig === undefined || account === undefined) {
    throw new Error('the server did not start')
  }
  return { kubernetes, folder, kubeconfig, account }
}

it('lists every file of deploy/, and each object once', () => {
  const listed = [...manifests, ...flux].map(({ file }) => file)
  const there = listFiles('deploy/**/*.yaml').filter((file) => !file.endsWith('/kustomization.yaml'))
  expect([...new Set(listed)].toSorted()).toEqual(there)
  const paths = manifests.map(({ object }) => pathOf(object))
  expect(new Set(paths).size).toBe(paths.length)
})

it('was applied as it is, and a second time changes nothing', async () => {
  const { kubernetes } = started()
  for (const { object } of manifests) {
    const before = (await kubernetes.send('GET', pathOf(object))).value as KubeObject
    const query = '?fieldManager=kubectl&fieldValidation=Strict'
    const again = await kubernetes.send('PATCH', pathOf(object) + query, object, 'application/apply-patch+yaml')
    const after = again.value as KubeObject
    expect({ status: again.status, version: after.metadata.resourceVersion }).toEqual({
      status: 200,
      version: before.metadata.resourceVersion,
    })
  }
})

it('has pods that the strictest profile of Kubernetes admits, which the namespace enforces', async () => {
  const { kubernetes } = started()
  const enforced = async (spec: object): Promise<number> => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec }
    return (await kubernetes.send('POST', `/api/v1/namespaces/${namespace}/pods?dryRun=All`, pod)).status
  }
  expect(await enforced(controller.spec)).toBe(201)
  expect(await enforced(redis.spec)).toBe(201)
  expect(await enforced({ containers: [{ name: 'a', image: 'a' }] })).toBe(403)
})

it('its Services find pods and ports', () => {
  interface Service {
    readonly selector: Readonly<Record<string, string>>
    readonly ports: readonly { readonly targetPort: string }[]
  }
  const found = manifests.flatMap(({ object }) => {
    if (object.kind !== 'Service') return []
    const { selector, ports } = object.spec as Service
    const [pod] = [controller, redis].filter(({ metadata }) =>
      Object.entries(selector).every(([label, value]) => metadata.labels[label] === value),
    )
    const names = pod?.spec.containers[0].ports.map(({ name }) => name) ?? []
    return ports.map(({ targetPort }) => `${object.metadata.name} ${String(names.includes(targetPort))}`)
  })
  expect(found).toEqual(['tagboat-redis true', 'tagboat-webhook true', 'tagboat-metrics true'])
})

it('the controller is this version, with a command that exists, its Redis, and time to end', () => {
  const [{ image, args, env = [], ports }] = controller.spec.containers
  expect(image).toBe(`tagboat:${packageVersion()}`)
  expect(definitions.map(({ name }) => name)).toContain(args[0])
  const url = new URL(env.find(({ name }) => name === 'REDIS_URL')?.value ?? '')
  expect(manifests.map(({ object }) => `${object.kind} ${object.metadata.name}`)).toContain(`Service ${url.hostname}`)
  expect(ports.map(({ containerPort }) => containerPort)).toEqual([8080, 9292, 9440])
  // --grace-period is 25s, and a child that does not hear has 5 s more.
  expect(controller.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(35)
})

/** May the controller's account do that? Asked as that account. */
async function may(verb: string, what: string, more: { namespace?: string; name?: string } = {}): Promise<boolean> {
  const [plural = '', ...rest] = what.split('.')
  const [resource, subresource] = plural.split('/')
  const gvr = { group: 'authorization.k8s.io', version: 'v1', resource: 'selfsubjectaccessreviews' }
  const attributes = {
    verb,
    group: rest.join('.'),
    resource,
    ...(subresource !== undefined && { subresource }),
    ...more,
  }
  const spec = { resourceAttributes: attributes }
  const question = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec }
  const { allowed } = (await started().account.review(gvr, question, signal)) as { allowed: boolean }
  return allowed
}

const needed = controllerRights.flatMap(({ group, resource, verbs, where, names = [undefined] }) => {
  const place = { watched: {}, own: { namespace }, flux: { namespace: 'flux-system' } }[where]
  return names.flatMap((name) =>
    verbs.map((verb) => ({
      verb,
      what: `${resource}.${group}`,
      at: { ...place, ...(name !== undefined && { name }) },
    })),
  )
})

it.each(needed)('the controller may $verb $what $at', async ({ verb, what, at }) => {
  expect(await may(verb, what, at)).toBe(true)
})

it.each([
  ['create', 'pods', {}],
  ['create', 'pods/exec', {}],
  ['delete', 'namespaces', {}],
  ['list', 'namespaces', {}],
  ['list', 'configmaps', {}],
  ['get', 'configmaps', { namespace }],
  ['update', 'secrets', {}],
  ['create', 'secrets', { namespace }],
  ['create', 'serviceaccounts/token', { namespace }],
  ['impersonate', 'users', {}],
  ['patch', 'deployments.apps', { namespace }],
  ['delete', 'imagepolicies.tagboat.dev', {}],
  ['create', 'imagerepositories.image.toolkit.fluxcd.io', {}],
  ['update', 'leases.coordination.k8s.io', { namespace: 'flux-system', name: 'source-controller-leader-election' }],
  ['get', 'leases.coordination.k8s.io', { namespace: 'kube-system', name: 'kube-scheduler' }],
  ['list', 'events.events.k8s.io', {}],
  ['escalate', 'clusterroles.rbac.authorization.k8s.io', {}],
  ['patch', 'customresourcedefinitions.apiextensions.k8s.io', {}],
] as const)('the controller may not %s %s %j', async (verb, what, at) => {
  expect(await may(verb, what, at)).toBe(false)
})

it('the controller works with these rights and with a Redis as deployed', async () => {
  const { kubernetes, folder, kubeconfig } = started()
  const socket = join(folder, 'redis.sock')
  stack.use(await startRedisWith(redis.spec.containers[0].args, { folder, socket }))
  const send = async (method: string, path: string, body?: object) => kubernetes.send(method, path, body)
  const stuck = { name: 'stuck', finalizers: ['finalizers.fluxcd.io'] }
  const spec = { image: '127.0.0.1:1/none/app', interval: '1h' }
  const secretRef = { name: 'login' }
  for (const [group, metadata, login] of [
    ['tagboat.dev', { name: 'secret' }, { secretRef }],
    ['tagboat.dev', { name: 'account' }, { serviceAccountName: 'puller' }],
    ['image.toolkit.fluxcd.io', { name: 'flux' }, { secretRef }],
    ['image.toolkit.fluxcd.io', stuck, { secretRef }],
  ] as const) {
    const object = { apiVersion: `${group}/v1`, kind: 'ImageRepository', metadata, spec: { ...spec, ...login } }
    const { status } = await send('POST', `/apis/${group}/v1/namespaces/default/imagerepositories`, object)
    expect(status).toBe(201)
  }
  await using replica = await openController({ folder, kubeconfig, redis: `unix://${socket}`, namespace })
  const readyOf = async (group: string, name: string): Promise<string | undefined> => {
    const { value } = await send('GET', `/apis/${group}/v1/namespaces/default/imagerepositories/${name}`)
    const { status } = value as { status?: { conditions?: readonly { type: string; reason: string }[] } }
    return status?.conditions?.find(({ type }) => type === 'Ready')?.reason
  }
  // Neither the Secret nor the ServiceAccount exists, which only who may read them can tell.
  for (const [group, name] of [
    ['tagboat.dev', 'secret'],
    ['tagboat.dev', 'account'],
    ['image.toolkit.fluxcd.io', 'flux'],
  ] as const) {
    await until(async () => (await readyOf(group, name)) === 'AuthenticationFailed', 20_000)
  }
  await until(async () => {
    const { value } = await send('GET', '/apis/events.k8s.io/v1/namespaces/default/events')
    return (value as { items: readonly object[] }).items.length >= 3
  })
  const path = '/apis/image.toolkit.fluxcd.io/v1/namespaces/default/imagerepositories/stuck'
  await send('DELETE', path)
  await until(async () => (await send('GET', path)).status === 404, 20_000)
  const { code, stderr } = await replica.end()
  expect(stderr).not.toMatch(/forbidden|CLUSTER_FORBIDDEN|cannot (get|list|watch|create|patch|update)/i)
  expect(code).toBe(0)
  const lease = await send('GET', `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/tagboat-leader`)
  expect(lease).toMatchObject({ status: 200, value: { spec: { holderIdentity: '' } } })
}, 60_000)
