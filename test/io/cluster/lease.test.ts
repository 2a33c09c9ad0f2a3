import { expect, it } from 'vitest'
import type { Lease } from '#io/cluster/cluster.ts'
import { openLease } from '#io/cluster/lease.ts'
import { systemClock } from '#io/clock.ts'
import { keepingLog, until } from '../../conformance/cluster.scene.ts'
import { fakeScene, kindOf, type FakeScene } from './scene.ts'

const leases = kindOf('leases')
const name = { namespace: 'tagboat-system', name: 'leader' }

/** A candidate whose monotonic clock can jump, as it does for a process that was frozen. */
function candidate(scene: FakeScene, identity: string, jump: { ms: number }): Lease {
  return openLease(scene.cluster, {
    ...name,
    identity,
    log: keepingLog(),
    clock: {
      ...systemClock,
      monotonic: () => performance.now() + jump.ms,
      sleep: async (_ms, signal) => systemClock.sleep(10, signal),
    },
  })
}

const isLease = ({ path }: { readonly path: string }): boolean => path.includes('/leases')

it('has the times of client-go', async () => {
  await using scene = await fakeScene()
  await using lease = candidate(scene, 'one', { ms: 0 })
  await until(() => lease.held())
  expect(scene.fake.get(leases, name)?.['spec']).toMatchObject({ leaseDurationSeconds: 35, holderIdentity: 'one' })
})

it('F43 a leader that was frozen beyond its renew deadline knows at once', async () => {
  await using scene = await fakeScene()
  const jump = { ms: 0 }
  await using lease = candidate(scene, 'one', jump)
  await until(() => lease.held())
  scene.fake.fail(isLease, 'stall', 99)
  jump.ms = 29_000
  expect(lease.held()).toBe(true)
  jump.ms = 31_000
  expect(lease.held()).toBe(false)
})

it('F44 a leader that is cut off from the API server steps down; another waits for the whole duration', async () => {
  await using scene = await fakeScene()
  const jump = { ms: 0 }
  await using first = candidate(scene, 'one', jump)
  await until(() => first.held())
  const told: boolean[] = []
  first.onChange((held) => void told.push(held))
  scene.fake.fail(
    ({ path, body }) => path.includes('/leases') && JSON.stringify(body ?? '').includes('"one"'),
    { status: 500 },
    9999,
  )
  await using second = candidate(scene, 'two', jump)
  await until(() => second.holder() === 'one')
  jump.ms = 31_000
  await until(() => told.at(-1) === false)
  expect(second.held()).toBe(false)
  jump.ms = 36_100
  await until(() => second.held())
  expect(first.held()).toBe(false)
})

it('a renewal is one request while nobody interferes', async () => {
  await using scene = await fakeScene()
  await using lease = candidate(scene, 'one', { ms: 0 })
  await until(() => lease.held())
  const before = scene.fake.requests.length
  await until(() => scene.fake.requests.length > before + 5)
  expect(new Set(scene.fake.requests.slice(before).map(({ method }) => method))).toEqual(new Set(['PUT']))
})

it('a lease that was deleted is made again', async () => {
  await using scene = await fakeScene()
  await using lease = candidate(scene, 'one', { ms: 0 })
  await until(() => lease.held())
  scene.fake.remove(leases, name)
  await until(() => scene.fake.get(leases, name) !== undefined)
  expect(lease.held()).toBe(true)
})

it('what cannot be given back is left to expire', async () => {
  await using scene = await fakeScene()
  const lease = candidate(scene, 'one', { ms: 0 })
  await until(() => lease.held())
  scene.fake.fail(isLease, { status: 403 }, 99)
  await lease[Symbol.asyncDispose]()
  expect(lease.held()).toBe(false)
  expect(scene.fake.get(leases, name)?.['spec']).toMatchObject({ holderIdentity: 'one' })
})

it('F43 of many candidates one is the leader at any time', async () => {
  await using scene = await fakeScene()
  const candidates = Array.from({ length: 5 }, (_, index) => candidate(scene, `c${index}`, { ms: 0 }))
  await until(() => candidates.some((one) => one.held()))
  const leaders: number[] = []
  for (let turn = 0; turn < 20; turn += 1) {
    leaders.push(candidates.filter((one) => one.held()).length)
    await systemClock.sleep(10, scene.signal)
  }
  expect(new Set(leaders)).toEqual(new Set([1]))
  await Promise.all(candidates.map((one) => one[Symbol.asyncDispose]()))
})

it('gives back a Lease that has changed since its last answer', async () => {
  await using scene = await fakeScene()
  const lease = openLease(scene.cluster, {
    ...name,
    identity: 'one',
    log: keepingLog(),
    clock: { ...systemClock, sleep: async (_ms, signal) => systemClock.sleep(60_000, signal) },
  })
  await until(() => lease.held())
  const known = scene.fake.get(leases, name)
  if (known === undefined) throw new Error('there is no Lease')
  // As after a renewal whose answer never came.
  scene.fake.put(leases, { ...known, metadata: { ...known.metadata, labels: { changed: 'meanwhile' } } })
  await lease[Symbol.asyncDispose]()
  expect(scene.fake.get(leases, name)?.['spec']).toMatchObject({ holderIdentity: '' })
})
