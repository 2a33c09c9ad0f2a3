import { expect, it } from 'vitest'
import { AppError, isAppError, quoteOutside } from '#core/error.ts'
import { errorTable } from '#core/errors/index.ts'

it('takes retry, hint and reason from its row, unless told better', () => {
  const row = errorTable.GIT_TIMEOUT
  const plain = new AppError('GIT_TIMEOUT', 'too slow')
  expect(plain).toMatchObject({
    name: 'AppError',
    code: 'GIT_TIMEOUT',
    message: 'too slow',
    retry: row.retry,
    hint: row.remedy,
    reason: row.reason,
  })
  const cause = new Error('inner')
  const told = new AppError('GIT_TIMEOUT', 'too slow', { retry: { afterMs: 5 }, hint: 'wait', reason: 'Slow', cause })
  expect(told).toMatchObject({ retry: { afterMs: 5 }, hint: 'wait', reason: 'Slow', cause })
})

it('is known from other errors', () => {
  expect(isAppError(new AppError('INTERNAL', 'x'))).toBe(true)
  expect(isAppError(new Error('x'))).toBe(false)
  expect(isAppError(undefined)).toBe(false)
})

it.each([
  ['plain text stays', 'plain text stays'],
  ['a\nb\u001b[31m\u0085', 'a\\x0ab\\x1b[31m\\x85'],
  ['x'.repeat(201), `${'x'.repeat(200)}…`],
])('prints outside text %j', (text, printed) => {
  expect(quoteOutside(text)).toBe(printed)
})
