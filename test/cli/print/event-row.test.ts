import { expect, it } from 'vitest'
import { eventRow, eventTitles } from '#cli/print/event-row.ts'

const view = {
  firstAt: 0,
  lastAt: 480_000,
  count: 1,
  type: 'Normal',
  reason: 'Succeeded',
  object: 'ImagePolicy/podinfo',
  namespace: 'apps',
  message: 'pushed commit\nto main',
}

it('a row has a cell for each title', () => {
  for (const withNamespace of [true, false]) {
    expect(eventRow(view, { now: 600_000, withNamespace })).toHaveLength(eventTitles(withNamespace).length)
  }
  expect(eventRow(view, { now: 600_000, withNamespace: true })).toEqual([
    'apps',
    '2m',
    'Normal',
    'Succeeded',
    'ImagePolicy/podinfo',
    'pushed commit to main',
  ])
})

it('one that repeats tells how often and since when', () => {
  expect(eventRow({ ...view, count: 5 }, { now: 600_000, withNamespace: false })[0]).toBe('2m (x5 over 10m)')
})
