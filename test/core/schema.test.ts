import { describe, expect, it } from 'vitest'
import { duration, localReference, own, shortDuration, z } from '#core/schema.ts'

describe('durations of specs', () => {
  const cases: readonly [string, boolean, boolean][] = [
    ['30s', true, true],
    ['1h30m', true, false],
    ['1.5m', true, true],
    ['250ms', true, true],
    ['10m0s', true, true],
    ['0s', true, true],
    ['5', false, false],
    ['5 m', false, false],
    ['-5m', false, false],
    ['5d', false, false],
    ['1us', false, false],
    ['.5s', false, false],
    ['', false, false],
    ['5m\n', false, false],
  ]
  it.each(cases)('%j: interval %s, timeout %s', (text, isInterval, isTimeout) => {
    expect(duration().safeParse(text).success).toBe(isInterval)
    expect(shortDuration().safeParse(text).success).toBe(isTimeout)
  })
})

describe('localReference', () => {
  it.each([
    [{ name: 'a' }, true],
    [{ name: '' }, false],
    [{}, false],
    [{ name: 'a', namespace: 'b' }, false],
    ['a', false],
  ])('%j: %s', (value, want) => {
    expect(localReference().safeParse(value).success).toBe(want)
  })
})

describe('own', () => {
  it('marks a field through what makes it optional', () => {
    expect(z.string().optional().meta(own('why')).meta()).toEqual({ description: 'why', origin: 'tagboat' })
  })
})
