import { describe, expect, it } from 'vitest'
import { parseSource, readSources, type Source } from './sources.ts'

const maxFileLines = 300
const maxFunctionLines = 50

/** Files and functions (of the product only) that do not fit on their page. */
function tooLong(sources: readonly Source[]): readonly string[] {
  return sources.flatMap(({ path, lines, functions }) => [
    ...(lines > maxFileLines
      ? [`${path} has ${lines} lines, more than ${maxFileLines}: split it by what it is about`]
      : []),
    ...functions
      .filter((found) => path.startsWith('src/') && found.lines > maxFunctionLines)
      .map((found) => `${path}:${found.line} is a function of ${found.lines} lines, more than ${maxFunctionLines}`),
  ])
}

/** A file that holds one function of so many lines. */
function body(lines: number): string {
  return `const a = () => {\n${'run()\n'.repeat(lines - 2)}}\n`
}

describe('the limits', () => {
  it.each([
    ['src/a.ts', 'run()\n'.repeat(300), []],
    ['src/a.ts', 'run()\n'.repeat(301), ['src/a.ts has 301 lines, more than 300: split it by what it is about']],
    ['src/a.ts', body(50), []],
    ['src/a.ts', `\n${body(51)}`, ['src/a.ts:2 is a function of 51 lines, more than 50']],
    ['test/a.ts', body(51), []],
  ])('%s, case %#', (path, text, expected) => {
    expect(tooLong([parseSource(path, text)])).toEqual(expected)
  })
})

it('files and functions of the repository fit on their page', () => {
  expect(tooLong(readSources('src', 'test', 'deploy'))).toEqual([])
})
