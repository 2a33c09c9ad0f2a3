import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runProgram } from '#cli/program.ts'
import { parseYamlValues } from '#core/yaml.ts'
import type { KubeObject } from '#io/cluster/cluster.ts'
import { controllerRights } from '#io/cluster/rights.ts'
import { applyDefinitions, until } from '../../conformance/cluster.scene.ts'
import { startKubernetes, type KubernetesService } from '../../services/kubernetes.ts'
import { memoryIo } from '../memory-io.ts'

// The commands against a real API server with our definitions, where a test plays the controller.
const running: { service?: KubernetesService } = {}

beforeAll(async () => {
  running.service = await startKubernetes()
  await applyDefinitions(async (...request) => send(...request))
  await send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apps' } })
  const image = 'ghcr.io/stefanprodan/podinfo'
  await create('imagerepositories', 'ImageRepository', { image, interval: '5m' })
  await create('imagepolicies', 'ImagePolicy', {
    imageRepositoryRef: { name: 'podinfo' },
    policy: { semver: { range: '^6' } },
  })
  await setStatus('imagepolicies', { latestRef: { name: image, tag: '6.2.1' }, ...ready('True', 'resolved to 6.2.1') })
}, 90_000)
afterAll(async () => running.service?.[Symbol.asyncDispose]())

function service(): KubernetesService {
  if (running.service === undefined) throw new Error('the server did not start')
  return running.service
}

async function send(...request: Parameters<KubernetesService['send']>): Promise<{ status: number; value: KubeObject }> {
  const { status, value } = await service().send(...request)
  return { status, value: value as KubeObject }
}

const root = '/apis/tagboat.dev/v1/namespaces/apps'

async function create(plural: string, kind: string, spec: object): Promise<void> {
  const object = { apiVersion: 'tagboat.dev/v1', kind, metadata: { name: 'podinfo', namespace: 'apps' }, spec }
  expect(await send('POST', `${root}/${plural}`, object)).toMatchObject({ status: 201 })
}

function ready(status: string, message: string): object {
  const lastTransitionTime = '2026-01-02T03:04:05Z'
  return { conditions: [{ type: 'Ready', status, reason: 'Any', message, lastTransitionTime }] }
}

async function setStatus(plural: string, status: object): Promise<void> {
  const path = `${root}/${plural}/podinfo/status`
  expect(await send('PATCH', path, { status }, 'application/merge-patch+json')).toMatchObject({ status: 200 })
}

async function read(plural: string): Promise<KubeObject> {
  return (await send('GET', `${root}/${plural}/podinfo`)).value
}

/** Handles the next request of an object as the controller does. */
async function handle(plural: string, status: string, message: string): Promise<void> {
  const handled = JSON.stringify((await read(plural)).status ?? {})
  const requested = async () => (await read(plural)).metadata.annotations?.['reconcile.fluxcd.io/requestedAt'] ?? ''
  await until(async () => (await requested()) !== '' && !handled.includes(await requested()))
  await setStatus(plural, { ...ready(status, message), lastHandledReconcileAt: await requested() })
}

async function start(words: string, { signal, user }: { signal?: AbortSignal; user?: 'alice' } = {}) {
  const kubeconfig = await service().kubeconfig(user)
  const io = memoryIo(signal === undefined ? {} : { signal })
  return { io, ended: runProgram([...words.split(' '), '--kubeconfig', kubeconfig], io) }
}

async function run(words: string, user?: 'alice') {
  const { io, ended } = await start(words, user === undefined ? {} : { user })
  return { code: await ended, out: io.out(), err: io.err() }
}

describe('get', () => {
  it('shows what there is', async () => {
    expect((await run('get -n apps')).out).toBe(
      `NAME                     IMAGE                         TAGS  LAST SCAN  READY  SUSPENDED  MESSAGE
imagerepository/podinfo  ghcr.io/stefanprodan/podinfo  -     -          False  False      waiting to be reconciled

NAME                 IMAGE                         TAG    READY  SUSPENDED  MESSAGE
imagepolicy/podinfo  ghcr.io/stefanprodan/podinfo  6.2.1  True   False      resolved to 6.2.1
`,
    )
  })

  it('follows what changes', async () => {
    const stopping = new AbortController()
    const { io, ended } = await start('get policy/podinfo -n apps --watch -o json', { signal: stopping.signal })
    await until(() => io.out() !== '')
    await setStatus('imagepolicies', ready('True', 'resolved to 6.2.2'))
    await until(() => io.out().includes('6.2.2'))
    stopping.abort()
    expect(await ended).toBe(0)
    const lines = io.out().trim().split('\n')
    const changes = lines.map((line) => JSON.parse(line) as { type: string; object: KubeObject })
    expect(changes.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED'])
    expect(changes.every(({ object }) => object.metadata['managedFields'] === undefined)).toBe(true)
  })

  it('somebody without rights is told which', async () => {
    const { code, err } = await run('get images -n apps', 'alice')
    expect(code).toBe(1)
    expect(err).toContain('cannot list resource "imagerepositories" in API group "tagboat.dev" in the namespace "apps"')
  })
})

it('reconcile goes through the source and waits for both', async () => {
  const { io, ended } = await start('reconcile policy/podinfo -n apps --with-source --wait')
  await handle('imagerepositories', 'True', 'successful scan')
  await handle('imagepolicies', 'True', 'resolved to 6.3.0')
  expect(await ended).toBe(0)
  expect(io.out()).toBe(
    '✔ ImageRepository apps/podinfo: successful scan\n✔ ImagePolicy apps/podinfo: resolved to 6.3.0\n',
  )
})

it('suspend and resume change the spec, and a suspended object is not reconciled', async () => {
  expect((await run('suspend images --all -n apps')).out).toBe('✔ ImageRepository apps/podinfo: suspended\n')
  expect((await read('imagerepositories')).spec).toMatchObject({ suspend: true })
  expect((await run('reconcile image/podinfo -n apps')).err).toContain('CLUSTER_SUSPENDED')
  const { io, ended } = await start('resume image/podinfo -n apps --wait')
  await handle('imagerepositories', 'False', 'scan failed')
  expect(await ended).toBe(1)
  expect(io.err()).toContain('✗ ImageRepository apps/podinfo: scan failed')
  expect((await read('imagerepositories')).spec).toMatchObject({ suspend: false })
})

it('events of old and new recorders are told, of one object by its name', async () => {
  const about = { apiVersion: 'tagboat.dev/v1', kind: 'ImagePolicy', namespace: 'apps' }
  const event = { apiVersion: 'events.k8s.io/v1', kind: 'Event', type: 'Normal', reason: 'Succeeded' }
  const now = new Date().toISOString()
  const created = await send('POST', '/apis/events.k8s.io/v1/namespaces/apps/events', {
    ...event,
    metadata: { name: 'new' },
    eventTime: now.replace('Z', '000Z'),
    reportingController: 'tagboat.dev/tagboat',
    reportingInstance: 'a',
    action: 'Reconcile',
    note: 'resolved to 6.3.0',
    regarding: { ...about, name: 'podinfo' },
  })
  const old = await send('POST', '/api/v1/namespaces/apps/events', {
    ...event,
    apiVersion: 'v1',
    metadata: { name: 'old' },
    message: 'resolved to 1.0.0',
    count: 3,
    firstTimestamp: '2026-01-02T03:04:05Z',
    lastTimestamp: '2026-01-02T03:04:06Z',
    involvedObject: { ...about, name: 'web' },
  })
  expect([created.status, old.status]).toEqual([201, 201])
  const both = (await run('events -n apps')).out.trim().split('\n')
  expect(both[1]).toMatch(
    /^\d+d(\d+h)? \(x3 over \d+d(\d+h)?\) +Normal +Succeeded +ImagePolicy\/web +resolved to 1.0.0$/,
  )
  expect(both[2]).toMatch(/^\d+s +Normal +Succeeded +ImagePolicy\/podinfo +resolved to 6.3.0$/)
  const one = (await run('events policy/podinfo -n apps')).out.trim().split('\n')
  expect(one).toHaveLength(2)
})

describe('crds', () => {
  it('can be applied over themselves', async () => {
    for (const { value } of parseYamlValues((await run('crds')).out).documents) {
      const { name } = (value as KubeObject).metadata
      const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}?fieldManager=test&force=true`
      expect(await send('PATCH', path, value, 'application/apply-patch+yaml')).toMatchObject({ status: 200 })
    }
  })

  it("leave out those of Flux's groups that Flux has installed", async () => {
    const name = 'imagepolicies.image.toolkit.fluxcd.io'
    const all = parseYamlValues((await run('crds --flux --offline')).out).documents
    const ours = all.map(({ value }) => value as KubeObject).find(({ metadata }) => metadata.name === name)
    const metadata = { name, labels: { 'app.kubernetes.io/part-of': 'flux' } }
    const created = await send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { ...ours, metadata })
    expect(created.status).toBe(201)
    const { out, err } = await run('crds --flux')
    expect(parseYamlValues(out).documents).toHaveLength(all.length - 1)
    expect(out).not.toContain(`name: ${name}\n`)
    expect(err).toBe(`✗ ${name} is left out: ${service().url} has it from Flux\n`)
  })
})

describe('check', () => {
  it('an administrator passes', async () => {
    const { code, out } = await run('check -n apps')
    expect({ code, failed: out.match(/^✗.*/gm) }).toEqual({ code: 0, failed: null })
  })

  it('somebody without rights is told which are lacking', async () => {
    const { code, out } = await run('check -n apps', 'alice')
    expect(code).toBe(1)
    expect(out).toContain('✗ rights on imagepolicies.tagboat.dev: may not get, list, watch, patch\n')
    expect(out).toContain('✗ rights on imagepolicies.tagboat.dev/status: may not patch\n')
  })

  it('an account with the rights of the controller passes, and with one less it does not', async () => {
    const rules = controllerRights.map(({ group, resource, verbs, names }) => {
      return { apiGroups: [group], resources: [resource], verbs, ...(names !== undefined && { resourceNames: names }) }
    })
    const rbac = '/apis/rbac.authorization.k8s.io/v1'
    const kind = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'tagboat' } }
    await send('POST', `${rbac}/clusterroles`, { ...kind, rules })
    await send('POST', `${rbac}/clusterrolebindings`, {
      ...kind,
      kind: 'ClusterRoleBinding',
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'tagboat' },
      subjects: [{ kind: 'ServiceAccount', name: 'tagboat', namespace: 'apps' }],
    })
    const words = 'check -n apps --service-account apps/tagboat'
    await until(async () => (await run(words)).code === 0)
    expect((await run(words)).out).toMatch(/✔ all checks passed\n$/)
    const fewer = rules.filter(({ resources }) => resources[0] !== 'secrets')
    await send('PUT', `${rbac}/clusterroles/tagboat`, { ...kind, rules: fewer })
    await until(async () => (await run(words)).code === 1)
    expect((await run(words)).out).toContain('✗ rights on secrets: may not get, list, watch\n')
  })
})
