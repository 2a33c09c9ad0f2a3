import { expect, it } from 'vitest'
import { commonOptions } from '#cli/options.ts'

it('completes what was not given', () => {
  expect(commonOptions({})).toEqual({
    files: ['./policies'],
    namespace: undefined,
    output: 'text',
    logLevel: 'warn',
    logFormat: 'text',
    timeoutMs: undefined,
  })
})

it('takes what was given', () => {
  const flags = {
    file: ['a', 'b'],
    namespace: 'apps',
    output: 'json',
    logLevel: 'debug',
    logFormat: 'json',
    timeout: '1m30s',
  }
  expect(commonOptions(flags)).toEqual({
    files: ['a', 'b'],
    namespace: 'apps',
    output: 'json',
    logLevel: 'debug',
    logFormat: 'json',
    timeoutMs: 90_000,
  })
})
