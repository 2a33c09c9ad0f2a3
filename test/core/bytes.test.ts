import { describe, expect, it } from 'vitest'
import { encode, fromUtf8, toBase64, utf8, utf8Length } from '#core/bytes.ts'

const texts = [
  '',
  'plain',
  'ä',
  '€',
  '\u{1f6a2} ship',
  'a\u0000b',
  '\u07ff\u0800\uffff',
  '\u{10ffff}',
  'lone \ud800 high',
  'lone \udc00 low',
  '\ud800\ud800\udc00',
]

describe('UTF-8', () => {
  it.each(texts.map((text) => ({ text })))('gives the bytes of $text as Node does', ({ text }) => {
    expect(Buffer.from(utf8(text))).toEqual(Buffer.from(text, 'utf8'))
    expect(utf8Length(text)).toBe(Buffer.byteLength(text, 'utf8'))
    expect(fromUtf8(utf8(text))).toBe(Buffer.from(text, 'utf8').toString('utf8'))
  })

  const broken = [
    { bytes: [0xff], text: '\ufffd' },
    { bytes: [0x61, 0xc3], text: 'a\ufffd' },
    { bytes: [0xe2, 0x82], text: '\ufffd\ufffd' },
    { bytes: [0xc0, 0x80], text: '\ufffd\ufffd' },
    { bytes: [0xed, 0xa0, 0x80], text: '\ufffd\ufffd\ufffd' },
    { bytes: [0xf4, 0x90, 0x80, 0x80], text: '\ufffd\ufffd\ufffd\ufffd' },
    { bytes: [0xc3, 0x28], text: '\ufffd(' },
  ]
  it.each(broken)('gives $text for the broken bytes $bytes, one character a byte as Go does', ({ bytes, text }) => {
    expect(fromUtf8(Uint8Array.from(bytes))).toBe(text)
  })
})

describe('base encodings', () => {
  it.each(texts.map((text) => ({ text })))('writes $text in base64 as Node does', ({ text }) => {
    expect(toBase64(utf8(text))).toBe(Buffer.from(text, 'utf8').toString('base64'))
  })

  // RFC 4648 §10
  const base32 = [
    ['', ''],
    ['f', 'MY======'],
    ['fo', 'MZXQ===='],
    ['foo', 'MZXW6==='],
    ['foob', 'MZXW6YQ='],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI======'],
  ] as const
  it.each(base32)('writes %j in base32 as %j', (text, written) => {
    expect(encode(utf8(text), { alphabet: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', bits: 5, group: 8 })).toBe(written)
  })
})
