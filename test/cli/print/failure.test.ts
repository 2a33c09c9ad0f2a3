import { expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import { printFailure } from '#cli/print/failure.ts'
import { memoryIo } from '../memory-io.ts'

const error = new AppError('GIT_TIMEOUT', 'fetching took too long', { hint: 'raise spec.timeout' })

it('says what happened, what to do and where to read on', () => {
  const io = memoryIo()
  printFailure(error, ['plan'], io)
  expect(io.err()).toBe(
    'tagboat: fetching took too long\n  hint: raise spec.timeout\n  code: GIT_TIMEOUT (docs/errors.md)\n',
  )
  expect(io.out()).toBe('')
})

it.each([[['plan', '-o', 'json']], [['plan', '-ojson']], [['plan', '--output', 'json']], [['plan', '--output=json']]])(
  'gives programs one JSON document: %j',
  (argv) => {
    const io = memoryIo()
    printFailure(error, argv, io)
    expect(JSON.parse(io.out())).toEqual({
      error: { code: 'GIT_TIMEOUT', message: 'fetching took too long', hint: 'raise spec.timeout' },
    })
  },
)

it.each([[['json']], [['plan', '-o', 'yaml']], [['plan', '-f', 'json']]])('prints no JSON for %j', (argv) => {
  const io = memoryIo()
  printFailure(error, argv, io)
  expect(io.out()).toBe('')
})
