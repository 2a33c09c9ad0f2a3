import { expect, it } from 'vitest'
import { Lines } from '#io/cluster/lines.ts'

it.each([1, 2, 3, 7, 1000])('cuts lines wherever the chunks end (%d bytes each)', (size) => {
  const text = 'one\n\ntwo: ä€😀\nthree\nfour'
  const bytes = Buffer.from(text)
  const lines = new Lines(100)
  const found: string[] = []
  for (let at = 0; at < bytes.length; at += size) found.push(...lines.add(bytes.subarray(at, at + size)))
  expect(found).toEqual(['one', 'two: ä€😀', 'three'])
  expect(lines.add(Buffer.from('\n'))).toEqual(['four'])
})

it('a line that never ends is not kept for ever', () => {
  const lines = new Lines(10)
  lines.add(Buffer.from('0123456789'))
  expect(() => lines.add(Buffer.from('x'))).toThrow(RangeError)
})
