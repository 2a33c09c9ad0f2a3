import { expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import { giveUpFile } from '#core/rewrite/give-up.ts'

it.each(['REWRITE_TIMEOUT', 'REWRITE_MEMORY'] as const)('%s is a file that is left alone', (code) => {
  expect(giveUpFile('a.yaml', new AppError(code, 'it was too much'))).toEqual({
    path: 'a.yaml',
    edits: [],
    found: [],
    skipped: [{ path: 'a.yaml', code: 'parse-error', reason: 'given up: it was too much; the file is left alone' }],
  })
})

it.each([
  new AppError('CANCELLED', 'stopped'),
  new AppError('INTERNAL', 'a bug'),
  new Error('REWRITE_TIMEOUT'),
  undefined,
])('%s is something else', (error) => expect(giveUpFile('a.yaml', error)).toBeUndefined())
