import { describe, expect, it } from 'vitest'
import { printToken, unicodeName, type TokenKind } from '#core/template/token.ts'

describe('printToken', () => {
  it.each<[kind: TokenKind, text: string, printed: string]>([
    ['if', 'if', '<if>'],
    ['dot', '.', '<.>'],
    ['nil', 'nil', '<nil>'],
    ['identifier', 'print', '"print"'],
    ['string', '"0123456789"', String.raw`"\"012345678"...`],
    ['string', '"é😀é😀é"', String.raw`"\"é😀é😀é\""`],
    ['character', '@', '"@"'],
    ['error', 'unclosed action', 'unclosed action'],
    ['end of file', '', 'EOF'],
  ])('shows %s %j as %s', (kind, text, printed) => {
    expect(printToken({ kind, text, at: 0, line: 1 })).toBe(printed)
  })
})

describe('unicodeName', () => {
  it.each([
    ['a', "U+0061 'a'"],
    ['€', "U+20AC '€'"],
    ['😀', "U+1F600 '😀'"],
    ['\u0001', 'U+0001'],
    ['\u200b', 'U+200B'],
  ])('of %j is %s', (character, name) => {
    expect(unicodeName(character)).toBe(name)
  })
})
