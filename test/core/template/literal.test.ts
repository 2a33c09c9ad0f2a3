import { describe, expect, it } from 'vitest'
import { characterOf, floatOf, numberOf, unquote, wholeOf } from '#core/template/literal.ts'

describe('unquote', () => {
  it.each([
    ['"plain"', 'plain'],
    [String.raw`"\a\b\f\n\r\t\v\\\""`, '\u0007\b\f\n\r\t\u000b\\"'],
    [String.raw`"\x41\101\u00e9\U0001F600"`, 'AAé😀'],
    [String.raw`"\xc3\xa9"`, 'é'],
    [String.raw`"\xff"`, '\ufffd'],
    ['"é😀"', 'é😀'],
    ['`a\\n"b`', 'a\\n"b'],
    ['`a\r\nb`', 'a\nb'],
    [String.raw`"\'"`, undefined],
    [String.raw`"\q"`, undefined],
    [String.raw`"\x4"`, undefined],
    [String.raw`"\400"`, undefined],
    [String.raw`"\ud800"`, undefined],
    [String.raw`"\U00110000"`, undefined],
  ])('reads %s as %j', (literal, text) => {
    expect(unquote(literal)).toBe(text)
  })
})

describe('characterOf', () => {
  it.each([
    ["'a'", 97],
    ["'é'", 233],
    ["'😀'", 0x1f600],
    [String.raw`'\''`, 39],
    [String.raw`'\n'`, 10],
    [String.raw`'\xff'`, 255],
    [String.raw`'\377'`, 255],
  ])('reads %s as %d', (literal, point) => {
    expect(characterOf(literal)).toBe(point)
  })

  it.each([
    ["''", 'invalid syntax'],
    ["'ab'", "malformed character constant: 'ab'"],
    [String.raw`'\"'`, 'invalid syntax'],
    [String.raw`'\400'`, 'invalid syntax'],
  ])('refuses %s', (literal, message) => {
    expect(() => characterOf(literal)).toThrow(message)
  })
})

describe('numbers', () => {
  it.each([
    ['0', 0n],
    ['-12', -12n],
    ['+5', 5n],
    ['0x1F', 31n],
    ['0X_1f', 31n],
    ['0b101', 5n],
    ['0o17', 15n],
    ['017', 15n],
    ['0_7', 7n],
    ['1_000', 1000n],
    ['089', undefined],
    ['1__0', undefined],
    ['_1', undefined],
    ['1_', undefined],
    ['0b2', undefined],
    ['0x', undefined],
    ['1.5', undefined],
    ['', undefined],
  ])('reads the integer %s as %s', (text, value) => {
    expect(wholeOf(text)).toBe(value)
  })

  it.each([
    ['1.5', 1.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['-1E-2', -0.01],
    ['0x1p4', 16],
    ['-0x1.8p1', -3],
    ['1_0.5', 10.5],
    ['1e400', undefined],
    ['.', undefined],
    ['1e', undefined],
    ['0x1', undefined],
    ['abc', undefined],
  ])('reads the float %s as %s', (text, value) => {
    expect(floatOf(text)).toBe(value)
  })

  it.each([
    ['1', { int: 1n, float: 1, isFloat: false }],
    ['1.0', { int: 1n, float: 1, isFloat: true }],
    ['1e3', { int: 1000n, float: 1000, isFloat: true }],
    ['1.5', { int: undefined, float: 1.5, isFloat: true }],
    ['0x1E', { int: 30n, float: 30, isFloat: false }],
    ['9223372036854775807', { int: 2n ** 63n - 1n, float: 2 ** 63, isFloat: false }],
  ])('knows what %s can be', (text, literal) => {
    expect(numberOf(text)).toEqual(literal)
  })

  it.each([
    ['9223372036854775808', '9223372036854775808 overflows int'],
    ['99999999999999999999', 'integer overflow: "99999999999999999999"'],
    ['1i', 'illegal number syntax: "1i"'],
  ])('refuses %s', (text, message) => {
    expect(() => numberOf(text)).toThrow(message)
  })
})
