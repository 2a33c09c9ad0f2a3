import { expect, it } from 'vitest'
import { keyText } from '#core/api/object-ref.ts'
import { Outbox } from '#controller/outbox.ts'
import { keepingLog } from '../conformance/cluster.scene.ts'
import { FakeQueues, keyIn, live, ManualClock, settle } from './trigger-scene.ts'

const keys = ['a', 'b', 'c'].map((name) => keyIn(live('ImagePolicy', { name })))
const [a, b] = keys as [(typeof keys)[number], (typeof keys)[number]]

function open(): { outbox: Outbox; queues: FakeQueues; clock: ManualClock; log: ReturnType<typeof keepingLog> } {
  const clock = new ManualClock()
  const queues = new FakeQueues(clock)
  const log = keepingLog()
  return { outbox: new Outbox({ queues, clock, log }), queues, clock, log }
}

it('what comes together goes together', async () => {
  const { outbox, queues } = open()
  for (const key of keys) outbox.put(key)
  expect(outbox.size).toBe(3)
  await settle()
  expect(queues.added).toEqual(['ImagePolicy apps/a@0', 'ImagePolicy apps/b@0', 'ImagePolicy apps/c@0'])
  expect([queues.requests, outbox.size]).toEqual([1, 0])
})

it('F49 a thousand objects at once are two requests', async () => {
  const { outbox, queues } = open()
  const many = Array.from({ length: 1000 }, (_, index) => keyIn(live('ImagePolicy', { name: `p${index}` })))
  for (const key of many) outbox.put(key)
  await settle()
  expect([queues.requests, queues.added.length]).toEqual([2, 1000])
})

it('what is put twice before it goes, goes once; while it is under way, once more', async () => {
  const { outbox, queues } = open()
  expect([outbox.put(a), outbox.put(a)]).toEqual([true, false])
  await Promise.resolve()
  expect(outbox.has(keyText(a))).toBe(true)
  expect(outbox.put(a)).toBe(true)
  await settle()
  expect(queues.added).toHaveLength(2)
})

it('F1 what cannot be added is tried every second until it can; it is said once', async () => {
  const { outbox, queues, clock, log } = open()
  queues.isDown = true
  outbox.put(a)
  await clock.advance(2500)
  outbox.put(b)
  outbox.put(a)
  expect([queues.requests, outbox.size]).toEqual([3, 2])
  queues.isDown = false
  await clock.advance(500)
  expect(queues.added).toEqual(['ImagePolicy apps/a@3000', 'ImagePolicy apps/b@3000'])
  expect(log.texts).toEqual(['jobs cannot be added; trying again every second: Redis is away'])
})

it.each([
  ['forgotten', (outbox: Outbox) => outbox.delete(keyText(a)), ['ImagePolicy apps/b@1000']],
  ['cleared', (outbox: Outbox) => outbox.clear(), []],
])('what was %s is not tried again', async (_title, forget, expected) => {
  const { outbox, queues, clock } = open()
  queues.isDown = true
  outbox.put(a)
  outbox.put(b)
  await settle()
  forget(outbox)
  queues.isDown = false
  await clock.advance(1000)
  expect(queues.added).toEqual(expected)
})

it('closed, it ends a pause and takes nothing more', async () => {
  const { outbox, queues, clock } = open()
  queues.isDown = true
  outbox.put(a)
  await settle()
  await outbox[Symbol.asyncDispose]()
  expect(outbox.put(b)).toBe(false)
  queues.isDown = false
  await clock.advance(5000)
  expect([queues.added, outbox.size]).toEqual([[], 0])
})
