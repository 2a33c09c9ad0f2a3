import { describe, expect, it } from 'vitest'
import type { ImageRepositoryStatus } from '#core/api/image-repository.ts'
import { notice, ready, retrying, stalled, waiting } from '#core/status/conditions-of.ts'
import { nextStatus } from '#core/status/next-status.ts'
import type { Outcome } from '#core/status/outcome.ts'

type Status = ImageRepositoryStatus

const scan = { revision: 'sha256:1', tagCount: 2, scanTime: '2026-01-01T00:00:00Z', latestTags: ['2', '1'] }

const before: Status = {
  canonicalImageName: 'index.docker.io/library/alpine',
  lastScanResult: scan,
  observedGeneration: 1,
  conditions: [{ ...one(ready('found 2')), observedGeneration: 1, lastTransitionTime: 'then' } as never],
}

function one<T>(list: readonly T[]): T {
  const [first] = list
  if (first === undefined) throw new Error('empty')
  return first
}

function object(status: Status | undefined, options: { generation?: number; requested?: string } = {}) {
  const annotations: Record<string, string> = {}
  if (options.requested !== undefined) annotations['reconcile.fluxcd.io/requestedAt'] = options.requested
  const metadata = { namespace: 'a', name: 'b', generation: options.generation ?? 1, annotations, labels: {} }
  return { metadata, status }
}

const outcome = (changes: Partial<Outcome<Status>>): Outcome<Status> => ({
  status: {},
  conditions: ready('found 2'),
  events: [],
  requeueAfterMs: 1,
  ...changes,
})

const types = (status: Status) => status.conditions?.map(({ type }) => type)

describe('nextStatus', () => {
  const untouched: readonly [string, Outcome<Status>][] = [
    ['nothing new', outcome({})],
    ['only a scan time', outcome({ status: { lastScanResult: { ...scan, scanTime: '2027-01-01T00:00:00Z' } } })],
    ['the same fields again', outcome({ status: { canonicalImageName: 'index.docker.io/library/alpine' } })],
  ]
  it.each(untouched)('is the same object when there is %s', (_, result) => {
    expect(nextStatus(object(before), result)).toBe(before)
  })

  it('starts an object that has no status', () => {
    expect(nextStatus(object(undefined, { generation: 3 }), outcome({ status: { lastScanResult: scan } }))).toEqual({
      lastScanResult: scan,
      observedGeneration: 3,
      conditions: [{ ...one(ready('found 2')), observedGeneration: 3 }],
    })
  })

  it('carries new times along with a change', () => {
    const moved = { ...scan, tagCount: 3, scanTime: '2027-01-01T00:00:00Z' }
    expect(nextStatus(object(before), outcome({ status: { lastScanResult: moved } })).lastScanResult).toEqual(moved)
  })

  const generations: readonly [string, Outcome<Status>, number][] = [
    ['moves on success', outcome({}), 2],
    ['moves when stalled', outcome({ conditions: stalled('InvalidPolicy', 'bad') }), 2],
    ['stays while retrying', outcome({ conditions: retrying('ReadOperationFailed', 'no answer') }), 1],
  ]
  it.each(generations)('observedGeneration %s', (_, result, want) => {
    const status = nextStatus(object(before, { generation: 2 }), result)
    expect(status.observedGeneration).toBe(want)
    expect(status.conditions?.map((condition) => condition.observedGeneration)).toEqual(result.conditions.map(() => 2))
  })

  it('drops conditions and fields that the outcome takes away, and no others', () => {
    const failed = nextStatus(object(before), outcome({ conditions: retrying('Failed', 'x') }))
    expect(failed.conditions?.map(({ type }) => type)).toEqual(['Ready', 'Reconciling'])
    expect(failed.lastScanResult).toBe(scan)
    const healed = nextStatus(object(failed), outcome({ status: { canonicalImageName: undefined } }))
    expect(healed.conditions?.map(({ type }) => type)).toEqual(['Ready'])
    expect('canonicalImageName' in healed).toBe(false)
  })

  it('keeps notices when a pass failed, and drops them when one succeeded without', () => {
    const held = notice('ListSuspect', 'Shrunken', 'from 90 to 3')
    const told = nextStatus(object(before), outcome({ conditions: [...ready('found 2'), held] }))
    const failed = nextStatus(object(told), outcome({ conditions: retrying('Failed', 'x') }))
    expect(types(failed)).toEqual(['Ready', 'Reconciling', 'ListSuspect'])
    expect(nextStatus(object(failed), outcome({ conditions: retrying('Failed', 'x') }))).toBe(failed)
    expect(types(nextStatus(object(failed), outcome({ conditions: stalled('Failed', 'x') })))).toEqual([
      'Ready',
      'Stalled',
      'ListSuspect',
    ])
    expect(types(nextStatus(object(failed), outcome({})))).toEqual(['Ready'])
    expect(types(nextStatus(object(failed), outcome({ conditions: waiting('NoMatchingTag', 'x') })))).toEqual(['Ready'])
  })

  it('marks a request as handled, also by a failed pass', () => {
    const failed = outcome({ conditions: retrying('Failed', 'x') })
    expect(nextStatus(object(before, { requested: 'now' }), failed).lastHandledReconcileAt).toBe('now')
    const done = { ...before, lastHandledReconcileAt: 'now' }
    expect(nextStatus(object(done, { requested: 'now' }), outcome({}))).toBe(done)
    expect(nextStatus(object(done), outcome({}))).toBe(done)
  })
})
