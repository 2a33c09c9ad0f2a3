import { describe, expect, it } from 'vitest'
import { decodeLatin1, endBefore, isBlank } from '#core/rewrite/latin1.ts'

describe('decodeLatin1', () => {
  it.each(['', 'plain', 'Größe', '日本', '😀', 'à'])('%s', (text) => {
    expect(decodeLatin1(Buffer.from(text).toString('latin1'))).toBe(text)
  })

  it('shows bytes of no character as U+FFFD', () => expect(decodeLatin1('a\u00ff\u00e4b')).toBe('a\ufffd\ufffdb'))
})

describe('isBlank', () => {
  it.each([
    ['', true],
    [' \t', true],
    ['\u00a0', false],
    [' x', false],
    ['\u0085', false],
  ] as const)('%j: %s', (text, expected) => {
    expect(isBlank(text)).toBe(expected)
  })
})

describe('endBefore', () => {
  it.each([
    ['a  ', 1],
    ['a\u00a0 ', 2],
    ['   ', 0],
    ['', 0],
    ['a', 1],
  ] as const)('%j: %s', (text, expected) => {
    expect(endBefore(text, ' ')).toBe(expected)
  })
})
