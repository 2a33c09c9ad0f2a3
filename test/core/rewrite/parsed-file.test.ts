import { expect, it } from 'vitest'
import { parseFile } from '#core/rewrite/parsed-file.ts'

/** `role text`, with `~` for what is directly inside a flow collection. */
function slotsOf(text: string): readonly string[] {
  return [...parseFile(text).slots.scalars].map(([offset, { scalar, role, flow }]) => {
    expect(scalar.start).toBe(offset)
    return `${flow ? '~' : ''}${role} ${scalar.text}`
  })
}

it.each([
  ['a: b\n', ['key a', 'value b']],
  ['- a\n- - b\n', ['item a', 'item b']],
  ['a', ['root a']],
  ['a: {b: [c]}\n', ['key a', '~key b', '~item c']],
  ['a:\nb: ~\n', ['key a', 'key b', 'value ~']],
  ['a: &x b\nc: *x\n', ['key a', 'value b', 'key c']],
  ['a: b\n---\nc: [\n---\nd\n', ['key a', 'value b', 'root d']],
  ['a: "b\n', []],
])('%j', (text, expected) => expect(slotsOf(text)).toEqual(expected))

it('knows the values by their colons, empty ones too', () => {
  const { values } = parseFile('a: b\nc:\n').slots
  expect([...values].map(([colon, value]) => [colon, value.kind === 'scalar' ? value.style : value.kind])).toEqual([
    [1, 'plain'],
    [6, 'empty'],
  ])
})

it('knows the innermost object around a scalar', () => {
  const { scalars } = parseFile('kind: List\nitems:\n- kind: Pod\n  a: b\nc: d\n').slots
  expect([...scalars.values()].map(({ scalar, object }) => `${scalar.text} ${object?.kind ?? ''}`)).toEqual([
    'kind List',
    'List List',
    'items List',
    'kind Pod',
    'Pod Pod',
    'a Pod',
    'b Pod',
    'c List',
    'd List',
  ])
})
