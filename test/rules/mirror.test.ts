import { describe, expect, it } from 'vitest'
import { exemptions, mirrorProblems } from './mirror.ts'
import { listFiles, parseSource, readSources } from './sources.ts'

const code = 'export const a = 1'

describe('mirrorProblems', () => {
  it.each([
    ['a source file with its test', 'src/core/a.ts', code, ['test/core/a.test.ts'], []],
    ['a source file without', 'src/core/a.ts', code, [], ['src/core/a.ts has no test: write test/core/a.test.ts']],
    ['a table', 'src/core/policy/index.ts', code, [], []],
    ['types only', 'src/core/a.ts', 'export interface A {}', [], []],
    ['an exempt file', 'src/io/x/b.ts', code, [], []],
    ['a file in an exempt folder', 'src/io/y/z/b.ts', code, [], []],
    [
      'a test without a source file',
      'src/core/a.ts',
      'export interface A {}',
      ['test/core/b.test.ts'],
      ['test/core/b.test.ts tests no file: src/core/b.ts does not exist'],
    ],
    ['a test in a folder that mirrors nothing', 'src/core/a.ts', 'export type A = 1', ['test/fuzz/b.test.ts'], []],
    ['a journey', 'src/core/a.ts', 'export type A = 1', ['test/cli/end-to-end/b.test.ts'], []],
    ['an end-to-end test', 'src/core/a.ts', 'export type A = 1', ['test/cli/b.e2e.test.ts'], []],
  ])('%s', (_name, path, text, tests, expected) => {
    const exempt = ['src/io/x/b.ts', 'src/io/y/'].map((source) => ({ source, provenBy: '' }))
    const problems = mirrorProblems([parseSource(path, text)], tests, exempt)
    expect(problems.map((problem) => problem.split(/[;,]/, 1)[0])).toEqual(expected)
  })
})

it('every source file has its test and every test its source file', () => {
  expect(mirrorProblems(readSources('src'), listFiles('test/**/*.test.ts'))).toEqual([])
})

it('what an exemption names exists', () => {
  const missing = exemptions.filter(({ provenBy }) => listFiles(provenBy).length === 0)
  expect(missing.map(({ source, provenBy }) => `${source}: ${provenBy} does not exist`)).toEqual([])
})

it('every test lies in a folder that a vitest project covers, or it would never run', () => {
  const projects = /^test\/(core|flow|io|cli|controller|rules|policies|conformance|fuzz)\/|\.e2e\.test\.ts$/
  expect(listFiles('test/**/*.test.ts').filter((path) => !projects.test(path))).toEqual([])
})
