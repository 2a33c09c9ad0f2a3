import { describe, expect, it } from 'vitest'
import type { Condition } from '#core/api/condition.ts'
import { AppError } from '#core/error.ts'
import { conditionsOf, notice, ready, retrying, stalled, waiting } from '#core/status/conditions-of.ts'

const short = (conditions: readonly Condition[]) =>
  conditions.map(({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`)

describe('conditions', () => {
  const cases: readonly [string, readonly Condition[], readonly string[]][] = [
    ['ready', ready('all well'), ['Ready=True Succeeded: all well']],
    ['waiting', waiting('NoMatchingTag', 'none of 3'), ['Ready=False NoMatchingTag: none of 3']],
    [
      'retrying',
      retrying('ReadOperationFailed', 'no answer'),
      ['Ready=False ReadOperationFailed: no answer', 'Reconciling=True ProgressingWithRetry: no answer'],
    ],
    ['stalled', stalled('InvalidPolicy', 'bad'), ['Ready=False InvalidPolicy: bad', 'Stalled=True InvalidPolicy: bad']],
    ['notice', [notice('Held', 'Rollback', 'kept')], ['Held=True Rollback: kept']],
  ]
  it.each(cases)('%s', (_, conditions, want) => {
    expect(short(conditions)).toEqual(want)
  })

  it('keep to the length that Kubernetes takes', () => {
    const [condition] = ready('x'.repeat(40_000))
    expect(condition?.message).toHaveLength(32_768)
    expect(condition?.message.endsWith('x…')).toBe(true)
  })
})

describe('conditionsOf', () => {
  const cases: readonly [string, AppError, string, readonly string[]][] = [
    [
      'an error that only a change cures is Stalled',
      new AppError('RESOURCE_URL_INVALID', 'no scheme'),
      '',
      ['Ready=False URLInvalid: no scheme', 'Stalled=True URLInvalid: no scheme'],
    ],
    [
      'any other is retried, with the prefix of its step',
      new AppError('INTERNAL', 'oops'),
      'scan failed: ',
      ['Ready=False Failed: scan failed: oops', 'Reconciling=True ProgressingWithRetry: scan failed: oops'],
    ],
    [
      'the place may name another reason',
      new AppError('INTERNAL', 'oops', { retry: { afterMs: 1 }, reason: 'RateLimited' }),
      '',
      ['Ready=False RateLimited: oops', 'Reconciling=True ProgressingWithRetry: oops'],
    ],
  ]
  it.each(cases)('%s', (_, error, prefix, want) => {
    expect(short(conditionsOf(error, prefix))).toEqual(want)
  })
})
