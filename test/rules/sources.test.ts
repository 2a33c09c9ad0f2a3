import { describe, expect, it } from 'vitest'
import { parseSource, resolveImport } from './sources.ts'

describe('parseSource', () => {
  it('sees every form of import with its line and kind', () => {
    const text = `import type { A } from './a.ts'
import { b } from '#core/b.ts'
export { c } from './c.ts'
export type * from './d.ts'
type E = typeof import('./e.ts')
const f = await import('./f.ts')
`
    expect(parseSource('x.ts', text).imports.toSorted((a, b) => a.line - b.line)).toEqual([
      { specifier: './a.ts', line: 1, kind: 'type' },
      { specifier: '#core/b.ts', line: 2, kind: 'value' },
      { specifier: './c.ts', line: 3, kind: 'value' },
      { specifier: './d.ts', line: 4, kind: 'type' },
      { specifier: './e.ts', line: 5, kind: 'type' },
      { specifier: './f.ts', line: 6, kind: 'dynamic' },
    ])
  })

  it('measures functions of every form', () => {
    const text = `function a() {\n}\nconst b = () => {\n\n}\nclass C {\n  d() {\n\n\n  }\n}\n`
    expect(parseSource('x.ts', text).functions).toEqual([
      { line: 1, lines: 2 },
      { line: 3, lines: 3 },
      { line: 7, lines: 4 },
    ])
  })

  it.each([
    ['interfaces and aliases', `import type { A } from './a.ts'\nexport interface B {}\nexport type C = A`, true],
    ['an export of types', `export type { A } from './a.ts'`, true],
    ['a constant', `export type A = 1\nexport const b = 1`, false],
    ['an export of values', `export { a } from './a.ts'`, false],
    ['a statement', `import './a.ts'\nrun()`, false],
  ])('%s: types only is %s', (_name, text, typesOnly) => {
    expect(parseSource('x.ts', text).typesOnly).toBe(typesOnly)
  })

  it('collects strings that are values and leaves types out', () => {
    expect([...parseSource('x.ts', `type A = 'TYPE'\nconst b = 'VALUE'`).strings]).toEqual(['VALUE'])
  })

  it('refuses a file that does not parse', () => {
    expect(() => parseSource('broken.ts', 'const = 1')).toThrow(/^broken\.ts: /)
  })
})

describe('resolveImport', () => {
  it.each([
    ['src/core/error.ts', './errors/index.ts', 'src/core/errors/index.ts'],
    ['src/core/api/x.ts', '../schema.ts', 'src/core/schema.ts'],
    ['src/flow/scan.ts', '#core/error.ts', 'src/core/error.ts'],
    ['src/flow/scan.ts', 'zod', undefined],
    ['src/flow/scan.ts', 'node:fs', undefined],
  ])('%s importing %s means %s', (from, specifier, target) => {
    expect(resolveImport(from, specifier)).toBe(target)
  })
})
