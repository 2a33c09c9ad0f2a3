import { expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import { errorOf, failureOf } from '#io/compute/message.ts'

it('brings an error of ours across as it was', () => {
  const error = new AppError('REWRITE_FIELD_INVALID', 'a field', {
    retry: { afterMs: 5 },
    hint: 'do this',
    reason: 'Because',
  })
  const back = errorOf(structuredClone(failureOf(error)))
  expect(back).toBeInstanceOf(AppError)
  expect(back).toMatchObject({
    code: 'REWRITE_FIELD_INVALID',
    message: 'a field',
    retry: { afterMs: 5 },
    hint: 'do this',
    reason: 'Because',
  })
})

it.each([new RangeError('too deep'), 'too deep'])('takes %s for a defect', (error) => {
  expect(errorOf(failureOf(error))).toMatchObject({ code: 'INTERNAL', message: 'too deep' })
})
