import { expect, it } from 'vitest'
import { commonOptions, durationFlag, hasFlag, listFlag, textFlag } from '#cli/options.ts'

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

it('names the flag of a bad duration', () => {
  expect(() => durationFlag('soon', '--timeout')).toThrow(
    expect.objectContaining({
      code: 'USAGE_INVALID',
      message: '--timeout: expected a duration such as 30s, 5m or 1h30m, got "soon"',
    }),
  )
})

it('tells texts, lists and switches apart', () => {
  const flags = { text: 'x', list: ['x'], on: true, off: false }
  expect([textFlag(flags, 'text'), textFlag(flags, 'list'), textFlag(flags, 'on')]).toEqual(['x', undefined, undefined])
  expect([listFlag(flags, 'list'), listFlag(flags, 'text')]).toEqual([['x'], undefined])
  expect([hasFlag(flags, 'on'), hasFlag(flags, 'off'), hasFlag(flags, 'text')]).toEqual([true, false, false])
})
