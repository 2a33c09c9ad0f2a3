import { describe, expect, it } from 'vitest'
import { findCycles } from './cycles.ts'
import { parseSource, readSources } from './sources.ts'

describe('findCycles', () => {
  it.each([
    ['two files', { 'src/b.ts': `import './a.ts'`, 'src/a.ts': `import './b.ts'` }, ['src/a.ts → src/b.ts → src/a.ts']],
    [
      'a circle closed by a type',
      {
        'src/a.ts': `import '#b.ts'`,
        'src/b.ts': `import type { C } from './c.ts'`,
        'src/c.ts': `type A = import('./a.ts').A`,
      },
      ['src/a.ts → src/b.ts → src/c.ts → src/a.ts'],
    ],
    [
      'two separate circles',
      {
        'src/a.ts': `import './b.ts'`,
        'src/b.ts': `import './a.ts'`,
        'src/c.ts': `import './a.ts'\nconst d = import('./d.ts')`,
        'src/d.ts': `export * from './c.ts'`,
      },
      ['src/a.ts → src/b.ts → src/a.ts', 'src/c.ts → src/d.ts → src/c.ts'],
    ],
    ['a diamond is none', { 'src/a.ts': `import './b.ts'\nimport './c.ts'`, 'src/b.ts': `import './c.ts'` }, []],
  ])('%s', (_name, files: Record<string, string>, expected) => {
    expect(findCycles(Object.entries(files).map(([path, text]) => parseSource(path, text)))).toEqual(expected)
  })
})

it('the files of the repository form no circle: move what both need into a third file', () => {
  expect(findCycles(readSources('src', 'test', 'deploy'))).toEqual([])
})
