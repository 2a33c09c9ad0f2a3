import { expect, it } from 'vitest'
import { Announcer } from '#controller/webhook/announcer.ts'
import type { ObjectRef } from '#core/api/object-ref.ts'
import { memoryLog, TestClock } from './scene.ts'

const { signal } = new AbortController()
const web: ObjectRef = { group: 'tagboat.dev', kind: 'ImageRepository', namespace: 'apps', name: 'web' }
const api: ObjectRef = { ...web, name: 'api' }

function open(fails: (count: number) => boolean = () => false) {
  const clock = new TestClock()
  const log = memoryLog()
  const begun = clock.now()
  const told: string[] = []
  const count = { tries: 0 }
  const announce = async (object: ObjectRef, at: number): Promise<void> => {
    count.tries += 1
    if (fails(count.tries)) throw new Error('Redis is gone')
    told.push(`${object.name} ${at - begun}`)
  }
  return { clock, log, told, announcer: new Announcer({ announce, clock, log, signal }) }
}

it('announces the first news at once, and those of a second together', async () => {
  const { clock, told, announcer } = open()
  await announcer.tell(web, signal)
  await clock.pass(300)
  await announcer.tell(web, signal)
  await announcer.tell(web, signal)
  await announcer.tell(api, signal)
  expect(told).toEqual(['web 0', 'api 300'])
  await clock.pass(700)
  expect(told).toEqual(['web 0', 'api 300', 'web 1000'])
  await announcer.tell(web, signal)
  await clock.pass(1000)
  expect(told).toEqual(['web 0', 'api 300', 'web 1000', 'web 2000'])
  await clock.pass(60_000)
  expect(told).toHaveLength(4)
  await announcer.tell(web, signal)
  expect(told.at(-1)).toBe('web 62000')
})

it('lets the sender know when the first cannot be noted', async () => {
  const { told, announcer } = open((count) => count === 1)
  await expect(announcer.tell(web, signal)).rejects.toThrow('Redis is gone')
  await announcer.tell(web, signal)
  expect(told).toEqual(['web 0'])
})

it('tries again what it has promised, and gives up with a word', async () => {
  const { clock, log, told, announcer } = open((count) => count === 2 || count === 3 || count >= 5)
  await announcer.tell(web, signal)
  await announcer.tell(web, signal)
  for (const ms of [1000, 1000, 5000]) await clock.pass(ms)
  expect(told).toEqual(['web 0', 'web 7000'])
  await announcer.tell(web, signal)
  for (const ms of [1000, 1000, 5000, 30_000]) await clock.pass(ms)
  expect(told).toHaveLength(2)
  expect(log.lines.map(({ message }) => message)).toEqual(['ImageRepository apps/web: news could not be passed on'])
})

it('keeps its word to those that came while the first one failed', async () => {
  const clock = new TestClock()
  const told: string[] = []
  const first = Promise.withResolvers<void>()
  const announce = async ({ name }: ObjectRef): Promise<void> => {
    if (told.push(name) === 1) await first.promise
  }
  const announcer = new Announcer({ announce, clock, log: memoryLog(), signal })
  const failing = announcer.tell(web, signal)
  await announcer.tell(web, signal)
  first.reject(new Error('Redis is gone'))
  await expect(failing).rejects.toThrow('Redis is gone')
  await clock.pass(1000)
  expect(told).toEqual(['web', 'web'])
})
