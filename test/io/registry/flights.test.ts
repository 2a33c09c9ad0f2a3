import { expect, it } from 'vitest'
import { Flights } from '#io/registry/flights.ts'
import { signal } from './harness.ts'

const fail = async () => Promise.reject(new Error('broken'))

it('lets all who ask at the same time share one piece of work', async () => {
  const flights = new Flights<string>()
  const work = Promise.withResolvers<string>()
  const starts: string[] = []
  const start = (name: string) => async () => {
    starts.push(name)
    return work.promise
  }
  const results = [flights.join('k', start('first'), signal), flights.join('k', start('second'), signal)]
  const other = flights.join('other', start('other'), signal)
  work.resolve('done')
  expect(await Promise.all([...results, other])).toEqual(['done', 'done', 'done'])
  expect(starts).toEqual(['first', 'other'])
  expect(await flights.join('k', async () => 'again', signal)).toBe('again')
})

it('fails for all, and can be tried again', async () => {
  const flights = new Flights<string>()
  const results = [flights.join('k', fail, signal), flights.join('k', fail, signal)]
  for (const result of results) await expect(result).rejects.toThrow('broken')
  expect(await flights.join('k', async () => 'again', signal)).toBe('again')
})

it('one who leaves does not stop the others; the last one stops the work', async () => {
  const flights = new Flights<string>()
  const [one, two] = [new AbortController(), new AbortController()]
  const inside = Promise.withResolvers<AbortSignal>()
  const start = async (stop: AbortSignal) => {
    inside.resolve(stop)
    return Promise.withResolvers<string>().promise
  }
  const results = [flights.join('k', start, one.signal), flights.join('k', start, two.signal)]
  const stop = await inside.promise
  one.abort(new Error('one leaves'))
  await expect(results[0]).rejects.toThrow('one leaves')
  expect(stop.aborted).toBe(false)
  two.abort(new Error('two leaves'))
  await expect(results[1]).rejects.toThrow('two leaves')
  expect(stop.aborted).toBe(true)
  expect(await flights.join('k', async () => 'new', signal)).toBe('new')
})

it('does not start for one who has left already', async () => {
  await expect(new Flights().join('k', fail, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone')
})
