import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { needsQuotes } from '#core/yaml-quote.ts'

const words = 'y Y yes Yes YES n N no No NO true True TRUE false False FALSE on On ON off Off OFF ~ null Null NULL = <<'

const quoted = [
  words,
  '1.10 1 0 -1 +1 1. .5 -.5 20240101 1e5 1E5 1e-5 1e400 012 08 0755 1.5e3 0x1F 0X1f -0x1 0o17 0O17 0b01 0B1 0b-1 -0b1',
  '1_0 1_000.5 0x_1 +.5 1__0 .inf -.inf +.Inf .INF .nan .NaN .NAN ._inf 2024-01-01 2024-1-1 1:30 12:30:45 -1:59 1:00.5',
  '1:30:45. @a :a a: - -- --- ...',
].flatMap((line) => line.split(' '))

const plain = [
  'v1 1.2.3 1-2 123abc _1 1.2.3-rc.1 1e 0xG 0o8 0b2 .inf1 inf nan -nan +.nan .Infinity .iNf 2024-01-01T00 24-01-01',
  '2024-001-01 1:60 1:2:99 a:1 nginx:1.10 ghcr.io/a/b:1 yEs oN NuLL latest -a .a +a 1+1 1.10. 1..2 a- ----a .. ..a',
  '1/2 <<a == true1 0-1 1.1.1',
].flatMap((line) => line.split(' '))

describe('needsQuotes', () => {
  it('the empty text is quoted', () => expect(needsQuotes('')).toBe(true))
  it.each(quoted)('"%s" is quoted', (text) => expect(needsQuotes(text)).toBe(true))
  it.each(plain)('%s stays plain', (text) => expect(needsQuotes(text)).toBe(false))

  it.each(plain)('%s is a string to readers of YAML 1.1 and 1.2', (text) => {
    for (const version of ['1.1', '1.2'] as const) {
      const document = parseDocument(`a: ${text}`, { version })
      expect(document.errors).toEqual([])
      expect(document.toJS()).toEqual({ a: text })
    }
  })
})
