import { expect, it } from 'vitest'
import { Turns } from '#io/store/turns.ts'

const { signal } = new AbortController()

it('gives one turn at a time for a key, in the order of asking', async () => {
  const turns = new Turns()
  const order: string[] = []
  const first = await turns.take('k', signal)
  const others = ['second', 'third'].map(async (name) => {
    const end = await turns.take('k', signal)
    order.push(name)
    end()
  })
  const end = await turns.take('another', signal)
  expect(order).toEqual([])
  end()
  first()
  await Promise.all(others)
  expect(order).toEqual(['second', 'third'])
})

it('passes over whoever has given up', async () => {
  const turns = new Turns()
  const first = await turns.take('k', signal)
  const stopping = new AbortController()
  const second = turns.take('k', stopping.signal)
  const third = turns.take('k', signal)
  stopping.abort()
  await expect(second).rejects.toMatchObject({ code: 'CANCELLED' })
  await expect(Promise.race([third, Promise.resolve('waits')])).resolves.toBe('waits')
  first()
  const end = await third
  end()
})

it('gives no turn to whoever has given up before', async () => {
  const turns = new Turns()
  await expect(turns.take('k', AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
  const end = await turns.take('k', signal)
  end()
})
