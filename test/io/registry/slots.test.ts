import { expect, it } from 'vitest'
import { Slots } from '#io/registry/slots.ts'
import { signal } from './harness.ts'

it('lets so many in, and the others in order as slots come free', async () => {
  const slots = new Slots(2)
  const inside: string[] = []
  const enter = async (name: string) => {
    await slots.take(signal)
    inside.push(name)
  }
  const waits = ['a', 'b', 'c', 'd'].map(enter)
  await Promise.all(waits.slice(0, 2))
  expect(inside).toEqual(['a', 'b'])
  slots.giveBack()
  await waits[2]
  expect(inside).toEqual(['a', 'b', 'c'])
  slots.giveBack()
  await waits[3]
  slots.giveBack()
  slots.giveBack()
  await Promise.all([slots.take(signal), slots.take(signal)])
})

it('gives the turn of one who left to the next', async () => {
  const slots = new Slots(1)
  await slots.take(signal)
  const stop = new AbortController()
  const [leaver, next] = [slots.take(stop.signal), slots.take(signal)]
  stop.abort(new Error('left'))
  await expect(leaver).rejects.toThrow('left')
  slots.giveBack()
  await next
})

it('loses no slot where the turn comes and the one who waited leaves in the same instant', async () => {
  const slots = new Slots(1)
  await slots.take(signal)
  const stop = new AbortController()
  const leaver = slots.take(stop.signal)
  stop.abort(new Error('left'))
  slots.giveBack()
  await expect(leaver).rejects.toThrow('left')
  await slots.take(signal)
})

it('is not entered by one who has left already', async () => {
  const slots = new Slots(1)
  await expect(slots.take(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone')
  await slots.take(signal)
})
