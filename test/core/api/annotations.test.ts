import { describe, expect, it } from 'vitest'
import { eventMetadata, isRequested, requestedAt } from '#core/api/annotations.ts'

const flux = 'reconcile.fluxcd.io/requestedAt'
const own = 'tagboat.dev/requestedAt'

describe('requestedAt', () => {
  const cases: readonly [Record<string, string>, string | undefined][] = [
    [{}, undefined],
    [{ [flux]: '2026-01-01' }, '2026-01-01'],
    [{ [own]: 'x' }, 'x'],
    [{ [flux]: '2026-01-02', [own]: '2026-01-01' }, '2026-01-02'],
    [{ [flux]: '2026-01-01', [own]: '2026-01-02' }, '2026-01-02'],
  ]
  it.each(cases)('%j', (annotations, want) => {
    expect(requestedAt(annotations)).toBe(want)
  })
})

describe('isRequested', () => {
  const cases: readonly [string | undefined, string | undefined, boolean][] = [
    [undefined, undefined, false],
    [undefined, 'a', false],
    ['a', undefined, true],
    ['a', 'a', false],
    ['a', 'b', true],
  ]
  it.each(cases)('asked %s, handled %s: %s', (asked, handled, want) => {
    const annotations: Record<string, string> = asked === undefined ? {} : { [flux]: asked }
    const status = handled === undefined ? undefined : { lastHandledReconcileAt: handled }
    expect(isRequested({ metadata: { annotations }, status })).toBe(want)
  })
})

describe('eventMetadata', () => {
  it('takes the keys behind the prefix', () => {
    const annotations = { 'event.toolkit.fluxcd.io/team': 'web', 'event.toolkit.fluxcd.io/a/b': 'c', team: 'no' }
    expect(eventMetadata(annotations)).toEqual({ team: 'web', 'a/b': 'c' })
  })
})
