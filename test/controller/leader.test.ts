import { expect, it } from 'vitest'
import { openLeadership, type Leadership } from '#controller/leader.ts'
import { systemClock } from '#io/clock.ts'
import { keepingLog, until } from '../conformance/cluster.scene.ts'
import { fakeScene, kindOf, type FakeScene } from '../io/cluster/scene.ts'

const name = { namespace: 'tagboat-system', name: 'tagboat-leader' }

function compete(scene: FakeScene, identity: string, turns: string[], isElected = true): Leadership {
  return openLeadership(scene.cluster, {
    ...name,
    identity,
    isElected,
    // What cannot be given back in time expires soon.
    durationMs: 3000,
    renewDeadlineMs: 2500,
    clock: { ...systemClock, sleep: async (_ms, signal) => systemClock.sleep(10, signal) },
    log: keepingLog(),
    lead: () => void turns.push(`${identity} leads`),
    rest: () => void turns.push(`${identity} rests`),
  })
}

it('one of two leads; when it is closed, the other does', async () => {
  await using scene = await fakeScene()
  const turns: string[] = []
  const one = compete(scene, 'one', turns)
  await until(() => one.isLeading())
  await using two = compete(scene, 'two', turns)
  await until(() => two.leader() === 'one')
  expect(two.isLeading()).toBe(false)
  await one[Symbol.asyncDispose]()
  await until(() => two.isLeading())
  expect(turns).toEqual(['one leads', 'one rests', 'two leads'])
})

it('without an election it leads from the start, and asks nobody', async () => {
  await using scene = await fakeScene()
  const turns: string[] = []
  const only = compete(scene, 'only', turns, false)
  expect([only.isLeading(), only.leader(), turns]).toEqual([true, 'only', ['only leads']])
  await only[Symbol.asyncDispose]()
  expect([only.isLeading(), turns]).toEqual([false, ['only leads', 'only rests']])
  expect(scene.fake.get(kindOf('leases'), name)).toBeUndefined()
})
