import { describe, expect, it } from 'vitest'
import type { LabelSelector } from '#core/api/image-update-automation.ts'
import { hasLabels, matchesSelector } from '#core/api/label-selector.ts'

describe('matchesSelector', () => {
  const labels = { app: 'web', tier: 'front', empty: '' }
  const cases: readonly [LabelSelector | undefined, boolean][] = [
    [undefined, true],
    [{}, true],
    [{ matchLabels: {} }, true],
    [{ matchLabels: { app: 'web' } }, true],
    [{ matchLabels: { app: 'web', tier: 'back' } }, false],
    [{ matchLabels: { other: '' } }, false],
    [{ matchLabels: { empty: '' } }, true],
    [{ matchLabels: { toString: 'x' } }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['api', 'web'] }] }, true],
    [{ matchExpressions: [{ key: 'app', operator: 'In', values: ['api'] }] }, false],
    [{ matchExpressions: [{ key: 'other', operator: 'In', values: ['x'] }] }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'In' }] }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] }, false],
    [{ matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['api'] }] }, true],
    [{ matchExpressions: [{ key: 'other', operator: 'NotIn', values: ['x'] }] }, true],
    [{ matchExpressions: [{ key: 'empty', operator: 'Exists' }] }, true],
    [{ matchExpressions: [{ key: 'other', operator: 'Exists' }] }, false],
    [{ matchExpressions: [{ key: 'constructor', operator: 'Exists' }] }, false],
    [{ matchExpressions: [{ key: 'other', operator: 'DoesNotExist' }] }, true],
    [{ matchExpressions: [{ key: 'app', operator: 'DoesNotExist' }] }, false],
    [{ matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] }, false],
  ]
  it.each(cases)('%j: %s', (selector, want) => {
    expect(matchesSelector(selector, labels)).toBe(want)
  })
})

describe('hasLabels', () => {
  it('wants every one', () => {
    expect(hasLabels({ a: '1' }, {})).toBe(true)
    expect(hasLabels({ a: '1' }, { a: '1', b: '2' })).toBe(false)
  })
})
