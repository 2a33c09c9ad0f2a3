import { describe, expect, it } from 'vitest'
import { systemClock } from '#io/clock.ts'
import type { WatchEvent, Watching } from '#io/cluster/cluster.ts'
import type { Json } from '../../fakes/kubernetes/json.ts'
import { configMaps, until } from '../../conformance/cluster.scene.ts'
import { fakeScene, kindOf, type FakeScene, type FakeSceneOptions } from './scene.ts'

const maps = kindOf('configmaps')

interface Followed extends AsyncDisposable {
  readonly scene: FakeScene
  readonly watching: Watching
  /** `put a=1`, `gone a`, `synced` */
  readonly told: string[]
}

function put({ fake }: FakeScene, name: string, value = '1'): void {
  fake.put(maps, { metadata: { namespace: 'apps', name }, data: { k: value } })
}

function drop({ fake }: FakeScene, name: string): void {
  fake.remove(maps, { namespace: 'apps', name })
}

async function follow(
  options: FakeSceneOptions = {},
  prepare: (scene: FakeScene) => void = () => undefined,
): Promise<Followed> {
  const scene = await fakeScene(options)
  prepare(scene)
  const told: string[] = []
  const watching = scene.cluster.watch(configMaps, {}, (event: WatchEvent) => {
    if (event.type === 'synced') told.push('synced')
    else if (event.type === 'gone') told.push(`gone ${event.object.metadata.name}`)
    else told.push(`put ${event.object.metadata.name}=${String((event.object['data'] as Json)['k'])}`)
  })
  await watching.synced
  await until(() => scene.fake.watches.open === 1)
  return { scene, watching, told, [Symbol.asyncDispose]: async () => scene[Symbol.asyncDispose]() }
}

function lists({ fake }: FakeScene): number {
  return fake.requests.filter(({ query }) => query.get('watch') === null).length
}

function watches({ fake }: FakeScene): readonly URLSearchParams[] {
  return fake.requests.map(({ query }) => query).filter((query) => query.get('watch') !== null)
}

it('asks for bookmarks, from the list on, for five to ten minutes', async () => {
  await using followed = await follow()
  const [query] = watches(followed.scene)
  expect(query?.get('allowWatchBookmarks')).toBe('true')
  expect(query?.get('resourceVersion')).toBe('100')
  expect(Number(query?.get('timeoutSeconds'))).toBeGreaterThanOrEqual(300)
  expect(Number(query?.get('timeoutSeconds'))).toBeLessThanOrEqual(600)
})

it('F13 a watch that is cut goes on where it was, without a list', async () => {
  await using followed = await follow()
  const { scene, told } = followed
  for (const name of ['a', 'b', 'c']) {
    scene.fake.watches.cut()
    put(scene, name)
    await until(() => told.includes(`put ${name}=1`))
  }
  expect(told).toEqual(['synced', 'put a=1', 'put b=1', 'put c=1'])
  expect(lists(scene)).toBe(1)
})

it('a bookmark moves the place from which it goes on', async () => {
  await using followed = await follow()
  const { scene } = followed
  scene.fake.put(kindOf('secrets'), { metadata: { namespace: 'apps', name: 's' } }) // another collection moves on
  await until(async () => {
    scene.fake.watches.bookmark()
    await systemClock.sleep(20, scene.signal)
    scene.fake.watches.cut()
    await systemClock.sleep(20, scene.signal)
    return watches(scene).at(-1)?.get('resourceVersion') === '101'
  })
  expect(lists(scene)).toBe(1)
})

it('F11 a version that is gone (410) is listed anew, and what went meanwhile is told', async () => {
  await using followed = await follow({}, (scene) => {
    put(scene, 'a')
    put(scene, 'b')
  })
  const { scene, told } = followed
  scene.fake.fail(({ query }) => query.get('watch') !== null, 'reset', 3)
  scene.fake.watches.cut()
  drop(scene, 'a')
  put(scene, 'b', '2')
  put(scene, 'c')
  scene.fake.compact()
  await until(() => told.includes('put c=1'))
  await until(() => told.filter((one) => one === 'synced').length === 2)
  expect(told.slice(told.indexOf('synced') + 1)).toEqual(['put b=2', 'put c=1', 'gone a', 'synced'])
})

describe('F13 events that come twice or late change nothing', () => {
  it.each(['doubled', 'replayed'] as const)('%s', async (fault) => {
    await using followed = await follow()
    const { scene, told } = followed
    scene.fake.watches.faults[fault] = true
    put(scene, 'a', '1')
    put(scene, 'a', '2')
    put(scene, 'a', '3')
    drop(scene, 'a')
    put(scene, 'z')
    await until(() => told.includes('put z=1'))
    expect(told).toEqual(['synced', 'put a=1', 'put a=2', 'put a=3', 'gone a', 'put z=1'])
  })
})

it('F13 a list from a server that trails behind deletes nothing and lowers nothing', async () => {
  await using followed = await follow({ mostPauseMs: 20 }, (scene) => put(scene, 'a', '1'))
  const { scene, told, watching } = followed
  scene.fake.freezeLists()
  await scene.cluster.list(configMaps, {}, scene.signal) // the state that it stays in
  put(scene, 'a', '2')
  put(scene, 'b')
  await until(() => told.includes('put b=1'))
  watching.relist()
  await until(() => watching.failure()?.message.includes('older than what is known') === true)
  scene.fake.freezeLists(false)
  await until(() => told.filter((one) => one === 'synced').length === 2)
  expect(told).toEqual(['put a=1', 'synced', 'put a=2', 'put b=1', 'synced'])
})

it('a backup that was restored is believed after a while', async () => {
  await using followed = await follow({ limits: { behindMs: 50 }, mostPauseMs: 20 }, (scene) => put(scene, 'a', '1'))
  const { scene, told, watching } = followed
  scene.fake.freezeLists()
  await scene.cluster.list(configMaps, {}, scene.signal)
  put(scene, 'b')
  await until(() => told.includes('put b=1'))
  watching.relist()
  await until(() => told.filter((one) => one === 'synced').length === 2)
  expect(told.slice(0, 7)).toEqual(['put a=1', 'synced', 'put b=1', 'gone a', 'gone b', 'put a=1', 'synced'])
})

it('F13 a watch that is silently dead is noticed and asked anew', async () => {
  await using followed = await follow({ limits: { silenceMs: 100 } })
  const { scene, told, watching } = followed
  scene.fake.watches.freeze()
  put(scene, 'a')
  await until(() => told.includes('put a=1'))
  expect(lists(scene)).toBe(1)
  expect(watching.failure()).toBeUndefined()
})

it('lists again from time to time, and finds what no event told', async () => {
  await using followed = await follow({ limits: { relistMs: 300, silenceMs: 60_000 } })
  const { scene, told } = followed
  scene.fake.watches.freeze()
  put(scene, 'a')
  await until(() => told.includes('put a=1'))
  expect(lists(scene)).toBe(2)
})

it('F10 a server that refuses is asked ever more rarely, and not forgotten', async () => {
  await using followed = await follow()
  const { scene, told, watching } = followed
  const before = scene.pauses.length
  scene.fake.fail(() => true, 'reset', 8)
  scene.fake.watches.cut()
  await until(() => scene.fake.watches.open === 1 && watching.failure() === undefined)
  put(scene, 'a')
  await until(() => told.includes('put a=1'))
  const pauses = scene.pauses.slice(before).filter((ms) => ms > 125)
  expect(pauses.slice(0, 8)).toEqual([187.5, 375, 750, 1500, 3000, 6000, 11_250, 11_250])
  expect(scene.logged.filter((text) => text.includes('interrupted'))).not.toHaveLength(8)
})

it('F14 429 on a watch is waited out', async () => {
  await using followed = await follow()
  const { scene, told } = followed
  scene.fake.fail(({ query }) => query.get('watch') !== null, { status: 429, headers: { 'retry-after': '7' } })
  scene.fake.watches.cut()
  put(scene, 'a')
  await until(() => told.includes('put a=1'))
  expect(scene.pauses).toContain(7000)
})

it.each(['{"type":"ADDED"}\n', 'no JSON\n', '{"type":"WHAT","object":{"metadata":{"name":"a"}}}\n'])(
  'garbage in the stream is no event: %j',
  async (body) => {
    await using followed = await follow()
    const { scene, told, watching } = followed
    scene.fake.fail(({ query }) => query.get('watch') !== null, { status: 200, body })
    scene.fake.watches.cut()
    put(scene, 'a')
    await until(() => told.includes('put a=1'))
    expect(watching.listenerErrors()).toBe(0)
    expect(scene.logged.join('\n')).toContain('watch of configmaps: ')
  },
)

it('a kind whose definition is deleted is empty after a while, and comes back', async () => {
  await using followed = await follow({ limits: { missingMs: 50 }, mostPauseMs: 20 }, (scene) => put(scene, 'a'))
  const { scene, told, watching } = followed
  scene.fake.unserve(maps)
  await until(() => told.includes('gone a'))
  await until(() => watching.failure()?.message.includes('404') === true)
  scene.fake.serve(maps)
  put(scene, 'b')
  await until(() => told.includes('put b=1'))
  expect(watching.failure()).toBeUndefined()
})

it('a server that is only just starting and serves nothing yet deletes nothing', async () => {
  await using followed = await follow({ mostPauseMs: 5 }, (scene) => put(scene, 'a'))
  const { scene, told } = followed
  scene.fake.compact() // so that it lists
  scene.fake.fail(() => true, { status: 404, body: '404 page not found' }, 6)
  scene.fake.watches.cut()
  await until(() => told.filter((one) => one === 'synced').length === 2)
  expect(told).toEqual(['put a=1', 'synced', 'synced'])
})
