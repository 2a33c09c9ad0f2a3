import { expect, it } from 'vitest'
import { openTriggers, type Triggers } from '#controller/watch.ts'
import { systemClock } from '#io/clock.ts'
import type { ClusterResources } from '#io/cluster/cluster.ts'
import { openClusterResources } from '#io/cluster/resources.ts'
import { systemHashes } from '#io/hash.ts'
import { keepingLog, until } from '../conformance/cluster.scene.ts'
import { fakeScene, kindOf, type FakeScene } from '../io/cluster/scene.ts'
import { FakeQueues, keyIn, live, settled } from './trigger-scene.ts'

/** A replica: caches on the fake API server, and what it makes of their changes. */
interface Replica extends AsyncDisposable {
  readonly triggers: Triggers
  readonly resources: ClusterResources
  /** Names of what was added, in order. */
  readonly added: () => readonly string[]
}

async function openReplica({ cluster }: FakeScene, shard = ''): Promise<Replica> {
  await using stack = new AsyncDisposableStack()
  const log = keepingLog()
  const options = { clock: systemClock, log }
  const resources = stack.use(
    openClusterResources(cluster, { ...options, groups: ['tagboat.dev'], namespaces: [], instance: 'a' }),
  )
  await resources.synced
  const queues = new FakeQueues(systemClock)
  const triggers = stack.use(
    await openTriggers({
      ...options,
      cluster,
      resources,
      queues,
      sha256: systemHashes.sha256,
      owns: () => true,
      selects: (labels) => shard === '' || labels['shard'] === shard,
      window: { quietMs: 20, maxMs: 100 },
    }),
  )
  const open = stack.move()
  const added = () => queues.added.map((text) => text.split('@')[0] ?? '')
  return { triggers, resources, added, [Symbol.asyncDispose]: async () => open.disposeAsync() }
}

const kinds = {
  repository: kindOf('imagerepositories'),
  policy: kindOf('imagepolicies'),
  automation: kindOf('imageupdateautomations'),
  source: kindOf('gitrepositories'),
}

const metadata = { namespace: 'apps', name: 'web', uid: 'u', generation: 1 }
const repository = keyIn(live('ImageRepository'))
const repositorySpec = { image: 'ghcr.io/acme/web', interval: '5m' }

function putRepository({ fake }: FakeScene, over: object = {}): void {
  fake.put(kinds.repository, { metadata, spec: repositorySpec, status: settled(), ...over })
}

/** A person asks for a pass. */
const asked = (value: string) => ({ metadata: { ...metadata, annotations: { 'tagboat.dev/requestedAt': value } } })

async function isSeen({ resources }: Replica, value: string): Promise<void> {
  await until(() => JSON.stringify(resources.cached(repository)).includes(`requestedAt":"${value}"`))
}

it('from a new tag to the automation', async () => {
  await using scene = await fakeScene()
  await using replica = await openReplica(scene)
  replica.triggers.dispatcher.lead()
  const { fake } = scene
  const policy = { metadata, spec: { imageRepositoryRef: { name: 'web' }, policy: { semver: { range: '*' } } } }
  const automation = { sourceRef: { name: 'config' }, interval: '5m', git: { commit: { author: { email: 'a@b' } } } }
  putRepository(scene)
  fake.put(kinds.policy, { ...policy, status: settled() })
  fake.put(kinds.automation, { metadata, spec: automation, status: settled() })
  await until(() => replica.triggers.dispatcher.states().timers === 3)
  const lastScanResult = { revision: 'a', tagCount: 1, scanTime: '2026-01-02T03:04:05Z', latestTags: [] }
  putRepository(scene, { status: settled({ lastScanResult }) })
  await until(() => replica.added().length === 1)
  fake.put(kinds.policy, { ...policy, status: settled({ latestRef: { name: 'x', tag: '2' } }) })
  await until(() => replica.added().length === 2)
  expect(replica.added()).toEqual(['ImagePolicy apps/web', 'ImageUpdateAutomation apps/web'])
})

it('what is in the cache already is known from the start', async () => {
  await using scene = await fakeScene()
  putRepository(scene, { status: undefined })
  scene.fake.put(kinds.source, { metadata, spec: { url: 'ftp://x', interval: '5m' } })
  await using replica = await openReplica(scene)
  expect(replica.triggers.dispatcher.states().objects).toBe(2)
  replica.triggers.dispatcher.lead()
  await until(() => replica.added().length === 2)
  expect(replica.added().toSorted()).toEqual(['GitRepository apps/web', 'ImageRepository apps/web'])
})

it('a deleted object is forgotten', async () => {
  await using scene = await fakeScene()
  putRepository(scene)
  await using replica = await openReplica(scene)
  replica.triggers.dispatcher.lead()
  expect(replica.triggers.dispatcher.states().timers).toBe(1)
  scene.fake.remove(kinds.repository, metadata)
  await until(() => replica.triggers.dispatcher.states().timers === 0)
})

it('a Secret that changes wakes its users, and is read anew', async () => {
  await using scene = await fakeScene()
  const secret = { namespace: 'apps', name: 'pull' }
  const putSecret = (value: string) => scene.fake.put(kindOf('secrets'), { metadata: secret, data: { a: value } })
  putSecret('MQ==')
  putRepository(scene, { spec: { ...repositorySpec, secretRef: { name: 'pull' } } })
  await using replica = await openReplica(scene)
  replica.triggers.dispatcher.lead()
  await until(() => replica.triggers.secretWatches() === 1)
  const former = await replica.resources.secret('apps', 'pull', scene.signal)
  await systemClock.sleep(50, scene.signal)
  expect(replica.added()).toEqual([])
  putSecret('Mg==')
  await until(() => replica.added().length === 1)
  const now = await replica.resources.secret('apps', 'pull', scene.signal)
  expect(now?.resourceVersion).not.toBe(former?.resourceVersion)
  scene.fake.remove(kindOf('secrets'), secret)
  await until(() => replica.added().length === 2)
  expect(replica.added()).toEqual(['ImageRepository apps/web', 'ImageRepository apps/web'])
  // Nobody names it any more.
  putRepository(scene, { metadata: { ...metadata, generation: 2 } })
  await until(() => replica.triggers.secretWatches() === 0)
})

it('a job that began before its Secret was watched runs once more', async () => {
  await using scene = await fakeScene()
  await using replica = await openReplica(scene)
  replica.triggers.dispatcher.lead()
  scene.fake.fail(({ path }) => path.includes('/secrets'), { delayMs: 100 })
  putRepository(scene, { spec: { ...repositorySpec, secretRef: { name: 'pull' } }, status: undefined })
  await until(() => replica.added().length === 1)
  replica.triggers.dispatcher.started(repository)
  await until(() => replica.added().length === 2)
  expect(replica.triggers.secretWatches()).toBe(1)
})

it('who does not lead adds what ran here before the change came', async () => {
  await using scene = await fakeScene()
  putRepository(scene)
  await using replica = await openReplica(scene)
  putRepository(scene, asked('1'))
  await isSeen(replica, '1')
  replica.triggers.dispatcher.started(repository)
  putRepository(scene, asked('2'))
  await until(() => replica.added().length > 0)
  expect(replica.added()).toEqual(['ImageRepository apps/web'])
})

const labelled = (shard: string) => ({ metadata: { ...metadata, labels: { shard } } })

it('an object that its labels bring into this shard is looked at, one that leaves is let go', async () => {
  await using scene = await fakeScene()
  putRepository(scene, labelled('b'))
  await using replica = await openReplica(scene, 'a')
  replica.triggers.dispatcher.lead()
  expect(replica.triggers.dispatcher.states().timers).toBe(0)
  putRepository(scene, labelled('a'))
  await until(() => replica.triggers.dispatcher.states().timers === 1)
  putRepository(scene, labelled('b'))
  await until(() => !JSON.stringify(replica.resources.cached(repository)).includes('"shard":"a"'))
  replica.triggers.dispatcher.reconsider()
  expect(replica.triggers.dispatcher.states().timers).toBe(0)
})

it('closed, it hears nothing more', async () => {
  await using scene = await fakeScene()
  putRepository(scene)
  const replica = await openReplica(scene)
  replica.triggers.dispatcher.lead()
  await replica.triggers[Symbol.asyncDispose]()
  putRepository(scene, asked('1'))
  await isSeen(replica, '1')
  expect(replica.added()).toEqual([])
  await replica[Symbol.asyncDispose]()
})
