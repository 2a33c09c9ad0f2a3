import { expect, it } from 'vitest'
import { keyText, type ObjectRef } from '#core/api/object-ref.ts'
import { findLost } from '#controller/lost-jobs.ts'
import { keepingLog } from '../conformance/cluster.scene.ts'
import { FakeQueues, keyIn, live, ManualClock } from './trigger-scene.ts'

const keys = Array.from({ length: 120 }, (_, index) => keyIn(live('ImagePolicy', { name: `p${index}` })))

async function lostIn(queues: FakeQueues, asked: readonly ObjectRef[] = keys): Promise<readonly string[]> {
  const lost: string[] = []
  for await (const { name } of findLost(asked, { queues, log: keepingLog() })) lost.push(name)
  return lost
}

it('finds those that the queue does not hold', async () => {
  const queues = new FakeQueues(new ManualClock())
  for (const key of keys) if (key.name !== 'p7' && key.name !== 'p100') queues.waiting.add(keyText(key))
  expect(await lostIn(queues)).toEqual(['p7', 'p100'])
  expect(await lostIn(queues, [])).toEqual([])
})

it('says of none that it is lost where the queue does not answer', async () => {
  const queues = new FakeQueues(new ManualClock())
  queues.isDown = true
  expect(await lostIn(queues)).toEqual([])
})
