import { expect, it } from 'vitest'
import { MissedWakes } from '#controller/missed.ts'
import type { Wake } from '#controller/wake.ts'
import { keyIn, live } from './trigger-scene.ts'

const wake = (name: string, how: Wake['how'] = 'now'): Wake => {
  return { key: keyIn(live('ImagePolicy', { name })), how, isOwn: false }
}
const names = (wakes: readonly Wake[]) => wakes.map(({ key, how }) => `${key.name} ${how}`)

it('keeps the last change of each object for a minute, and gives it once', () => {
  const missed = new MissedWakes()
  missed.note(wake('old'), 0)
  missed.note(wake('a'), 1)
  missed.note(wake('b'), 2)
  missed.note(wake('a', 'window'), 3)
  expect(names(missed.takeAll(60_001))).toEqual(['b now', 'a window'])
  expect(missed.takeAll(60_001)).toEqual([])
})

it('what is old goes when something new comes, and what was just found is not kept', () => {
  const missed = new MissedWakes()
  missed.note(wake('found', 'look'), 0)
  for (let at = 0; at <= 120_000; at += 1000) missed.note(wake(`p${at}`), at)
  expect(names(missed.takeAll(0))).toHaveLength(61)
})
