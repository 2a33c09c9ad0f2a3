import { describe, expect, it } from 'vitest'
import {
  compareText,
  Dict,
  identity,
  int,
  int64,
  Integer,
  isTrue,
  kindOf,
  List,
  Struct,
  typeOf,
  type Value,
} from '#core/template/value.ts'

const struct = new Struct('update.Change', { A: 'a' })

describe('types', () => {
  it.each<[value: Value, type: string, kind: string, truth: boolean]>([
    [undefined, '<nil>', 'invalid', false],
    [null, '<nil>', 'invalid', false],
    ['', 'string', 'string', false],
    ['a', 'string', 'string', true],
    [false, 'bool', 'bool', false],
    [true, 'bool', 'bool', true],
    [0, 'float64', 'float64', false],
    [Number.NaN, 'float64', 'float64', true],
    [int(0), 'int', 'int', false],
    [int64(5), 'int64', 'int64', true],
    [new Integer('uint8', 7), 'uint8', 'uint8', true],
    [new List([]), '[]interface {}', 'slice', false],
    [new List(['a'], 'string'), '[]string', 'slice', true],
    [new Dict(), 'map[string]interface {}', 'map', false],
    [new Dict([['a', 1]], { element: 'string' }), 'map[string]string', 'map', true],
    [new Dict([], { name: 'update.ObjectChanges', key: 'x', element: 'y' }), 'update.ObjectChanges', 'map', false],
    [struct, 'update.Change', 'struct', true],
    [new Struct('*semver.Version', {}), '*semver.Version', 'ptr', true],
  ])('%o is of type %s and kind %s: %s', (value, type, kind, truth) => {
    expect([typeOf(value), kindOf(value), isTrue(value)]).toEqual([type, kind, truth])
  })
})

describe('Integer', () => {
  it.each([
    ['int', 2n ** 63n, -(2n ** 63n)],
    ['int64', -(2n ** 63n) - 1n, 2n ** 63n - 1n],
    ['uint64', -1n, 2n ** 64n - 1n],
  ] as const)('of type %s wraps %s around to %s', (type, given, value) => {
    expect(new Integer(type, given).value).toBe(value)
  })
})

function keyOf(name: string): Struct {
  return new Struct('T', { Kind: 'k', Name: name })
}

describe('Dict', () => {
  it('keeps its entries by key, texts by code points', () => {
    const dict = new Dict(['😀', '\uffff', 'b', 'a', 'é'].map((key) => [key, key]))
    expect(dict.keys()).toEqual(['a', 'b', 'é', '\uffff', '😀'])
  })

  it('finds structs by what they hold', () => {
    const dict = new Dict(
      [
        [keyOf('b'), 2],
        [keyOf('a'), 1],
      ],
      { key: 'T' },
    )
    expect([dict.get(keyOf('a')), dict.has(keyOf('c')), dict.entries().map(([, value]) => value)]).toEqual([
      1,
      false,
      [1, 2],
    ])
    dict.delete(keyOf('a'))
    expect([dict.size, dict.keys()]).toEqual([1, []])
  })

  it('keeps texts and structs apart', () => {
    expect(new Set([identity('["T","x"]'), identity(new Struct('T', { A: 'x' })), identity(null)]).size).toBe(3)
  })
})

describe('Struct', () => {
  it('shows its own fields and those promoted to it, and nothing else', () => {
    const made = new Struct('T', { Own: 'a' }, { promoted: { Inner: 'b' } })
    const names = ['Own', 'Inner', 'constructor', '__proto__']
    expect(names.map((name) => [made.has(name), made.get(name)])).toEqual([
      [true, 'a'],
      [true, 'b'],
      [false, undefined],
      [false, undefined],
    ])
    expect([...made.fields.keys()]).toEqual(['Own'])
  })
})

describe('compareText', () => {
  it.each([
    ['a', 'b'],
    ['a', 'aa'],
    ['Z', 'a'],
    ['\uffff', '😀'],
    ['', 'a'],
    ['😀', '😁'],
  ])('puts %j before %j', (a, b) => {
    expect([compareText(a, b) < 0, compareText(b, a) > 0, compareText(a, a)]).toEqual([true, true, 0])
  })
})
