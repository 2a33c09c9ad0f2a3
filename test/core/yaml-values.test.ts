import { describe, expect, it } from 'vitest'
import { readValues } from '#core/yaml-values.ts'
import { parseYaml } from '#core/yaml.ts'

const read = (text: string) => readValues(parseYaml(text))

const values: readonly (readonly [text: string, expected: readonly unknown[]])[] = [
  ['a: 1\nb: [x, {c: true}]\n', [{ a: 1, b: ['x', { c: true }] }]],
  ['a: 1\n---\n- 2\n', [{ a: 1 }, [2]]],
  ['# nothing\n', [null]],
  ['---\n---\na: 1\n', [null, { a: 1 }]],
  ['1.10: a\ntrue: b\n"1": c\n', [{ '1.10': 'a', true: 'b', 1: 'c' }]],
  ['a: &x {b: 1}\nc: *x\n', [{ a: { b: 1 }, c: { b: 1 } }]],
  ['a: &x 1\nb: &x 2\nc: *x\n', [{ a: 1, b: 2, c: 2 }]],
  ['a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n', [{ a: { b: 1, c: 2 }, d: { c: 3, b: 1 } }]],
  [
    '- &x {b: 1, c: 2}\n- &y {c: 3, d: 4}\n- {<<: [*x, *y]}\n',
    [
      [
        { b: 1, c: 2 },
        { c: 3, d: 4 },
        { b: 1, c: 2, d: 4 },
      ],
    ],
  ],
  ['- &x {b: 1}\n- &y {<<: *x, c: 2}\n- {<<: *y}\n', [[{ b: 1 }, { b: 1, c: 2 }, { b: 1, c: 2 }]]],
  ['"<<": 1\n', [{ '<<': 1 }]],
  ['&k a: 1\nb: {*k : 2}\n', [{ a: 1, b: { a: 2 } }]],
  ['!!map {a: !!seq [1]}\n', [{ a: [1] }]],
]

/** A text, and `line:column message` of each problem. */
const problems: readonly (readonly [text: string, ...expected: string[]])[] = [
  ['a: 1\nb: 2\na: 3\n', '3:1 key "a" is given twice'],
  ['x: {a: 1, "a": 2}\n', '1:11 key "a" is given twice'],
  ['? [a]\n: 1\n', '1:3 a key must be a single value'],
  ['a: .inf\n---\nb: !x y\n', '1:4 ".inf" is a number that JSON cannot hold', '3:7 tag !x is not supported for "y"'],
  ['a: !x [1]\n', '1:7 tag !x is not supported'],
  ['a: !!set {b}\n', '1:10 tag tag:yaml.org,2002:set is not supported'],
  ['<<: 1\n', '1:5 << must name a mapping or a list of mappings'],
  ['a: &x {b: 1, b: 2}\nc: *x\nd: *x\n', '1:14 key "b" is given twice', '1:14 key "b" is given twice'],
  ['a: *x\n', '1:4 no anchor &x before its alias'],
  ['a: {b: 1, b: 2}\nc: [\n', '3:1 Flow sequence in block collection must be sufficiently indented and end with a ]'],
]

describe('readValues', () => {
  it.each(values)('%j', (text, expected) => {
    const { documents, problems: found } = read(text)
    expect(found).toEqual([])
    expect(documents.map(({ value }) => value)).toEqual(expected)
  })

  it.each(problems)('%j has problems', (text, ...expected) => {
    const found = read(text).problems.map(({ line, column, message }) => `${String(line)}:${String(column)} ${message}`)
    expect(found).toEqual(expected)
  })

  it('tells a limit', () => {
    expect(read('['.repeat(2000))).toMatchObject({
      documents: [],
      problems: [{ message: expect.stringContaining('deeper') as string }],
    })
  })

  it('keeps a key that looks like a prototype as a key', () => {
    const value = read('__proto__: {a: 1}\nconstructor: 2\n').documents[0]?.value as object
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor'])
  })

  it('has every scalar as its text, null apart', () => {
    const { documents } = read('tags: [1.10, 012, "x", ~, null, "null", yes]\nk: &a 1e3\nl: *a\n1.20:\n')
    expect(documents[0]?.texts).toEqual({
      tags: ['1.10', '012', 'x', null, null, 'null', 'yes'],
      k: '1e3',
      l: '1e3',
      '1.20': null,
    })
  })

  it('expands nested aliases without reading them again and again', () => {
    const levels = Array.from(
      { length: 6 },
      (_, n) => `a${String(n + 1)}: &a${String(n + 1)} [*a${String(n)}, *a${String(n)}]\n`,
    )
    const { documents, problems: found } = read(`a0: &a0 [x]\n${levels.join('')}`)
    expect(found).toEqual([])
    expect(JSON.stringify(documents[0]?.value).split('x')).toHaveLength(128)
  })
})

describe('lineAt', () => {
  const text = 'a: 1\nb:\n  - c: 2\n  -\n    d: 3\ne: &x\n  f: 4\ng: *x\nb: {h: 5}\n---\n\nz: 1\n'
  const [first, second] = read(text).documents

  it.each([
    [[], 1],
    [['a'], 1],
    [['b'], 9],
    [['b', 'h'], 9],
    [['e', 'f'], 7],
    [['g', 'f'], 7],
    [['g', 'f', 'none'], 7],
    [['none'], 1],
    [['e', 'none', 'f'], 6],
    [['a', 0], 1],
  ])('%j is line %s', (path, line) => expect(first?.lineAt(path)).toBe(line))

  it('counts in lists by place, and from the beginning of the file', () => {
    const [list] = read('- a\n- b: 1\n  c: 2\n').documents
    expect([list?.lineAt([1]), list?.lineAt([1, 'c']), list?.lineAt([2])]).toEqual([2, 3, 1])
    expect([second?.line, second?.lineAt(['z'])]).toEqual([12, 12])
  })
})
