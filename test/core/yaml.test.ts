import { describe, expect, it } from 'vitest'
import type { YamlNode } from '#core/yaml-node.ts'
import { parseYaml, parseYamlValues, printYaml, yamlLimits } from '#core/yaml.ts'

/** A node in a form that shows its kind, text and place. */
function show(text: string, node: YamlNode): unknown {
  if (node.kind === 'alias') return `*${node.name}`
  if (node.kind === 'list') return node.items.map((item) => show(text, item))
  if (node.kind === 'scalar') return `${node.style} ${text.slice(node.start, node.end)}${node.tag ?? ''}`
  return node.entries.map(({ key, colon, value }) => [show(text, key), text[colon] ?? '-', show(text, value)])
}

const trees: readonly (readonly [text: string, root: unknown])[] = [
  ['a: b', [['plain a', ':', 'plain b']]],
  [
    'a:\nb:',
    [
      ['plain a', ':', 'empty '],
      ['plain b', ':', 'empty '],
    ],
  ],
  [
    '{a, b: c}',
    [
      ['plain a', '-', 'empty '],
      ['plain b', ':', 'plain c'],
    ],
  ],
  ['? a\n: b', [['plain a', ':', 'plain b']]],
  ['- \'x\'\n- "y"\n- z', ["single 'x'", 'double "y"', 'plain z']],
  ['[a, [b]]', ['plain a', ['plain b']]],
  ['[a: b]', [[['plain a', ':', 'plain b']]]],
  [
    'a: | # c\n  x\n\nb: 1',
    [
      ['plain a', ':', 'block | # c\n  x\n'],
      ['plain b', ':', 'plain 1'],
    ],
  ],
  [
    'a: &x 1\nb: *x',
    [
      ['plain a', ':', 'plain 1'],
      ['plain b', ':', '*x'],
    ],
  ],
  ['a: !!int 5', [['plain a', ':', 'plain 5tag:yaml.org,2002:int']]],
  ['a: b # c', [['plain a', ':', 'plain b']]],
  ['', 'empty '],
  ['# c', 'empty '],
  ['a: one\n  two', [['plain a', ':', 'plain one\n  two']]],
]

/** Texts, and `line:column message` of the problem. */
const problems: readonly (readonly [text: string, expected: RegExp])[] = [
  ['a: [', /^1:5 Flow sequence/],
  ['a: b\n c: d', /^1:4 Nested mappings/],
  ['a: *x', /^1:4 no anchor &x before its alias/],
  ['a: &x [*x]', /^1:8 no anchor &x/],
  ['a: "\u0001"', /^1:5 control characters/],
  ['a: b\n%x', /./],
  [`a: &x 1\nb: [${'*x, '.repeat(101)}]`, /^2:405 more than 100 aliases/],
  [`a: &a [1]\nb: &b [${'*a, '.repeat(10)}]\nc: [${'*b, '.repeat(11)}]`, /more than 100 aliases/],
]

const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`

describe('parseYaml', () => {
  it.each(trees)('%j', (text, root) => {
    const { documents, problem } = parseYaml(text)
    expect(problem).toBeUndefined()
    expect(documents).toHaveLength(1)
    expect(documents[0]?.problem).toBeUndefined()
    expect(show(text, documents[0]?.root ?? { kind: 'alias', name: '?', start: 0, end: 0 })).toEqual(root)
  })

  it.each(problems)('%.40j has a problem', (text, expected) => {
    const problem = parseYaml(text).documents.find((document) => document.problem !== undefined)?.problem
    expect(`${String(problem?.line)}:${String(problem?.column)} ${problem?.message ?? ''}`).toMatch(expected)
  })

  it('resolves quotes, escapes and folding, and nothing else', () => {
    const text = "a: \"\\u00e4\\n\"\nb: 'it''s'\nc: >\n  x\n  y\n\nd: one\n  two\ne: 1.20\nf: ~\n"
    const root = parseYaml(text).documents[0]?.root
    const texts = root?.kind === 'map' ? root.entries.map(({ value }) => value.kind === 'scalar' && value.text) : []
    expect(texts).toEqual(['ä\n', "it's", 'x y\n', 'one two', '1.20', '~'])
  })

  it('bounds documents by their markers, also behind a broken one', () => {
    const text = '# c\n---\na: [\nb: c\n---\nd: e\n...\n# f\n---\ng: h\n'
    const { documents } = parseYaml(text)
    expect(documents.map(({ start, end, problem }) => [text.slice(start, end), problem === undefined])).toEqual([
      ['# c\n---\na: [\nb: c\n', false],
      ['---\nd: e\n...\n# f\n', true],
      ['---\ng: h\n', true],
    ])
  })

  it('covers every byte with tokens', () => {
    const text = 'a: |\n  x\r\nb: [1, "2", \'3\'] # c\r\n--- &x !!str y\n? *x\n...\n'
    const { tokens } = parseYaml(text)
    expect(tokens.map(({ start, end }) => text.slice(start, end)).join('')).toBe(text)
    expect(tokens.map(({ start }) => start)).toEqual([0, ...tokens.slice(0, -1).map(({ end }) => end)])
    expect(tokens.filter(({ type }) => type === 'comment').map(({ start, end }) => text.slice(start, end))).toEqual([
      '# c',
    ])
  })

  it('takes a lone CR for a line break', () => {
    expect(parseYaml('a: b\rc: d\r\ne: f\n').lineStarts).toEqual([0, 5, 11, 16])
    expect(parseYamlValues('a: b\rc: d\r').documents[0]?.value).toEqual({ a: 'b', c: 'd' })
  })

  it.each([
    ['bytes', 'x'.repeat(yamlLimits.maxBytes), 'x'.repeat(yamlLimits.maxBytes + 1)],
    ['documents', '---\n'.repeat(yamlLimits.maxDocuments), '---\n'.repeat(yamlLimits.maxDocuments + 1)],
    ['depth', deep(500), deep(yamlLimits.maxDepth + 1)],
    ['depth in blocks', '- '.repeat(yamlLimits.maxDepth), '- '.repeat(yamlLimits.maxDepth + 1)],
  ])('reads up to the limit of %s and nothing beyond it', (_name, within, beyond) => {
    expect(parseYaml(within).problem).toBeUndefined()
    expect(parseYaml(within).documents.every(({ problem }) => problem === undefined)).toBe(true)
    expect(parseYaml(beyond).problem).toMatchObject({ line: expect.any(Number) as number })
    expect(parseYaml(beyond).documents).toEqual([])
  })

  it('reads exactly 100 aliases of one anchor, and any number of different ones', () => {
    expect(parseYaml(`a: &x 1\nb: [${'*x, '.repeat(100)}]`).documents[0]?.problem).toBeUndefined()
    const many = Array.from(
      { length: 300 },
      (_, index) => `a${String(index)}: &x${String(index)} 1\nb${String(index)}: *x${String(index)}\n`,
    )
    expect(parseYaml(many.join('')).documents[0]?.problem).toBeUndefined()
  })

  it.each([
    [
      'an alias bomb',
      `a0: &a0 [x]\n${Array.from({ length: 40 }, (_, n) => `a${String(n + 1)}: &a${String(n + 1)} [*a${String(n)}, *a${String(n)}]\n`).join('')}`,
    ],
    ['a nest that the stack does not hold', deep(1000)],
    ['a deep nest', '['.repeat(500_000)],
    ['a deep nest of maps', '{a: '.repeat(200_000)],
    ['unclosed quotes', '"'.repeat(20_001)],
    ['merge keys', `a: &a {b: 1}\n${'<<: *a\n'.repeat(90)}`],
    [
      '100,000 keys',
      Array.from({ length: 100_000 }, (_, n) => `k${String(n)}: v\n`)
        .join('')
        .slice(0, 1_000_000),
    ],
    ['surrogates', 'a: "\ud800"\nb: \udfff\n'],
  ])('survives %s', (_name, text) => {
    const stream = parseYaml(text)
    expect(stream.documents.length + (stream.problem === undefined ? 0 : 1)).toBeGreaterThan(0)
  })
})

describe('parseYamlValues', () => {
  it('takes a byte order mark off', () => expect(parseYamlValues('\ufeffa: 1').documents[0]?.value).toEqual({ a: 1 }))
})

describe('printYaml', () => {
  it.each([
    [
      { a: '1.10', b: 'yes', c: '2001-01-01', d: 'x', e: null, f: 1 },
      'a: "1.10"\nb: "yes"\nc: "2001-01-01"\nd: x\ne: null\nf: 1\n',
    ],
    [['x'.repeat(200)], `- ${'x'.repeat(200)}\n`],
    [{ a: 'two\nlines\n' }, 'a: |\n  two\n  lines\n'],
  ])('%j', (value, text) => expect(printYaml(value)).toBe(text))

  it('does not use aliases', () => {
    const shared = { x: 1 }
    expect(printYaml({ a: shared, b: shared })).toBe('a:\n  x: 1\nb:\n  x: 1\n')
  })
})
