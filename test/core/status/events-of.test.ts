import { describe, expect, it } from 'vitest'
import type { Condition, ObjectEvent } from '#core/api/condition.ts'
import { notice, ready, retrying, stalled } from '#core/status/conditions-of.ts'
import { eventsOf } from '#core/status/events-of.ts'

const object = (conditions: readonly Condition[] | undefined) => ({
  metadata: {
    namespace: 'a',
    name: 'b',
    generation: 1,
    labels: {},
    annotations: { 'event.toolkit.fluxcd.io/team': 'web', other: 'x' },
  },
  status: conditions === undefined ? undefined : { conditions },
})

const push: ObjectEvent = { type: 'Normal', reason: 'Succeeded', message: 'pushed', metadata: { revision: 'r' } }

describe('eventsOf', () => {
  const held = notice('ElectionHeld', 'TagGone', 'keeping 1.2')
  const cases: readonly [string, readonly Condition[] | undefined, readonly Condition[], readonly string[]][] = [
    ['first success', undefined, ready('found 2'), ['Normal Succeeded found 2']],
    ['no change', ready('found 2'), ready('found 2'), []],
    ['new message', ready('found 2'), ready('found 3'), ['Normal Succeeded found 3']],
    ['failure', ready('found 2'), retrying('RateLimited', 'wait'), ['Warning RateLimited wait']],
    ['same failure again', retrying('RateLimited', 'wait'), retrying('RateLimited', 'wait'), []],
    ['recovery', stalled('InvalidPolicy', 'bad'), ready('found 2'), ['Normal Succeeded found 2']],
    ['notice appears', ready('x'), [...ready('x'), held], ['Warning ElectionHeld keeping 1.2']],
    ['notice stays', [...ready('x'), held], [...ready('x'), held], []],
    ['notice goes', [...ready('x'), held], ready('x'), []],
    ['a condition that is not announced', ready('x'), [...ready('x'), notice('SpecWarning', 'A', 'b')], []],
    [
      'the event name of a list that shrank',
      ready('x'),
      [...ready('x'), notice('ListSuspect', 'Empty', 'from 9 to 0')],
      ['Warning ListShrank from 9 to 0'],
    ],
  ]
  it.each(cases)('%s', (_, before, after, want) => {
    const events = eventsOf(object(before), { status: {}, conditions: after, events: [], requeueAfterMs: 1 })
    expect(events.map(({ type, reason, message }) => `${type} ${reason} ${message}`)).toEqual(want)
  })

  it('adds what the outcome brings, with the annotations of the object', () => {
    const outcome = {
      status: {},
      conditions: ready('y'),
      events: [push],
      readyMetadata: { tag: '2' },
      requeueAfterMs: 1,
    }
    expect(eventsOf(object(ready('x')), outcome).map(({ metadata }) => metadata)).toEqual([
      { team: 'web', tag: '2' },
      { team: 'web', revision: 'r' },
    ])
  })

  it.each([
    ['a failure that is known', retrying('RateLimited', 'wait'), ['RateLimited']],
    ['no success', ready('found 2'), []],
  ])('tells again of %s where it goes on for long', (_, conditions, reasons) => {
    const outcome = { status: {}, conditions, events: [], requeueAfterMs: 1 }
    expect(eventsOf(object(conditions), outcome, { repeats: true }).map(({ reason }) => reason)).toEqual(reasons)
  })

  it('cuts a text at 1 KiB', () => {
    const outcome = { status: {}, conditions: ready('y'.repeat(2000)), events: [], requeueAfterMs: 1 }
    expect(eventsOf(object(undefined), outcome)[0]?.message).toHaveLength(1024)
  })
})
