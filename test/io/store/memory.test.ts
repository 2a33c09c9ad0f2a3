import { expect, it } from 'vitest'
import { MemoryScanStore } from '#io/store/memory.ts'

const scan = { tags: [], dropped: { invalid: 0, artefact: 0 }, requests: 1, scannedAt: 5 }

it('gives back what was saved, and nothing for another key', async () => {
  const store = new MemoryScanStore()
  await store.save('a', scan)
  expect(await store.load('a')).toBe(scan)
  expect(await store.load('b')).toBeUndefined()
})

it('runs work on one key one after the other, also when the first fails, and different keys together', async () => {
  const store = new MemoryScanStore()
  const order: string[] = []
  const gate = Promise.withResolvers<void>()
  const first = store.alone('k', async () => {
    order.push('first starts')
    await gate.promise
    order.push('first fails')
    throw new Error('registry down')
  })
  const second = store.alone('k', async () => order.push('second'))
  await store.alone('other', async () => order.push('other'))
  gate.resolve()
  await expect(first).rejects.toThrow('registry down')
  await second
  expect(order).toEqual(['first starts', 'other', 'first fails', 'second'])
})
