import { expect, it } from 'vitest'
import { RecentJobs } from '#controller/news.ts'
import { DispatchScene, keyIn, live, settled } from './trigger-scene.ts'

it('remembers for 15 s which jobs began, from the last beginning on', () => {
  const recent = new RecentJobs()
  recent.started('a', 0)
  recent.started('b', 10_000)
  recent.started('a', 12_000)
  expect([0, 15_000, 27_000, 27_001].map((now) => recent.has('a', now))).toEqual([true, true, true, false])
  expect([25_000, 25_001].map((now) => recent.has('b', now))).toEqual([true, false])
  expect(recent.has('never', 0)).toBe(false)
})

it('what is old goes when something new begins', () => {
  const recent = new RecentJobs()
  for (let at = 0; at < 100_000; at += 1000) recent.started(`job ${at}`, at)
  expect(recent.has('job 10000', 10_000)).toBe(false)
  expect(recent.has('job 99000', 99_000)).toBe(true)
})

const repository = keyIn(live('ImageRepository'))
const asked = (value: string) => ({ metadata: { annotations: { 'tagboat.dev/requestedAt': value } } })

it('who does not lead adds what it ran lately and saw too old', async () => {
  await using scene = new DispatchScene()
  scene.put(live('ImageRepository', { status: settled() }))
  scene.put(live('ImageRepository', { name: 'other', status: settled() }))
  scene.dispatcher.started(repository)
  await scene.clock.advance(14_000)
  for (const name of ['web', 'other']) scene.put(live('ImageRepository', { name, ...asked('1'), status: settled() }))
  expect(await scene.added()).toEqual(['ImageRepository apps/web@14000'])
  await scene.clock.advance(2000)
  scene.put(live('ImageRepository', { ...asked('2'), status: settled() }))
  scene.dispatcher.news([repository])
  expect(await scene.added()).toEqual([])
})
