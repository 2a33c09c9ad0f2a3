import { describe, expect, it } from 'vitest'
import { cellText, readiness, textAt } from '#cli/print/resource-columns.ts'

const metadata = { name: 'a' }

describe('readiness', () => {
  it.each([
    [undefined, { status: 'False', message: 'waiting to be reconciled' }],
    [{}, { status: 'False', message: 'waiting to be reconciled' }],
    [{ conditions: 'broken' }, { status: 'False', message: 'waiting to be reconciled' }],
    [{ conditions: [{ type: 'Stalled', status: 'True' }] }, { status: 'False', message: 'waiting to be reconciled' }],
    [
      { conditions: [{ type: 'Ready', status: 'Unknown', message: 'at work' }] },
      { status: 'Unknown', message: 'at work' },
    ],
  ])('of %j', (status, expected) => {
    expect(readiness({ metadata, status })).toEqual(expected)
  })
})

it.each([
  ['', '-'],
  ['  ', '-'],
  ['a\n  b\tc', 'a b c'],
  ['\u001b[31mred', '\\x1b[31mred'],
  ['x'.repeat(1001), `${'x'.repeat(1000)}…`],
])('the cell of %j is one line without control characters', (text, cell) => {
  expect(cellText(text)).toBe(cell)
})

it('texts and numbers at a path are told, other things are not', () => {
  const value = { a: { text: 'b', number: 0, list: [1], flag: true } }
  const texts = [['a', 'text'], ['a', 'number'], ['a', 'list'], ['a', 'flag'], ['a', 'text', 'deeper'], ['none']]
  expect(texts.map((path) => textAt(value, ...path))).toEqual(['b', '0', '', '', '', ''])
})
