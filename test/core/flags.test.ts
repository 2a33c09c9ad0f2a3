import { expect, it } from 'vitest'
import { durationFlag, hasFlag, listFlag, textFlag } from '#core/flags.ts'

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
