import { existsSync, readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { commonFlags, definitions } from '#cli/definitions.ts'
import { parseResource } from '#core/api/parse.ts'
import { printProblem } from '#core/api/problem.ts'
import { parseYamlValues } from '#core/yaml.ts'
import { brokenLinks, commandProblem, findBlocks, findCommandLines, type KnownCommand } from './documents.ts'
import { listFiles, readSources, readText, root } from './sources.ts'

const pages = listFiles('*.md', 'docs/**/*.md', 'test/*.md', '.github/**/*.md')

const commands: readonly KnownCommand[] = definitions.map(({ name, options }) => ({
  name,
  flags: [...options, ...commonFlags].flatMap(({ flags }) =>
    [...flags.matchAll(/--?[a-zA-Z-]+/g)].map(([flag]) => flag),
  ),
}))

/** Text of a file of the repository; empty for a folder; undefined if there is no such thing. */
function readAny(path: string): string | undefined {
  if (!existsSync(root + path)) return undefined
  return statSync(root + path).isDirectory() ? '' : readFileSync(root + path, 'utf8')
}

/** What is wrong with the resources in a YAML text that begins at a line of a file. */
function resourceProblems(file: string, text: string, firstLine: number): readonly string[] {
  const { documents, problems } = parseYamlValues(text)
  const syntax = problems.map(({ line, message }) => `${file}:${firstLine + line - 1}: ${message}`)
  const fields = documents.flatMap((document) => {
    const lineAt = (path: readonly PropertyKey[]): number => firstLine + document.lineAt(path) - 1
    const parsed = parseResource(document.value, { file, lineAt })
    return parsed.is === 'invalid' ? parsed.problems.map(printProblem) : []
  })
  return [...syntax, ...fields]
}

describe('the checks', () => {
  it('find blocks with language and line', () => {
    expect(findBlocks('a\n\n```yaml\nb: 1\n```\n\n  ```sh\n  c\n  ```\n')).toEqual([
      { language: 'yaml', text: 'b: 1\n', line: 4 },
      { language: 'sh', text: '  c\n', line: 8 },
    ])
  })

  it('find links to files and headings that do not exist', () => {
    const files: Record<string, string> = { 'docs/b.md': '# Two words, `code`\n```\n# no heading\n```\n' }
    const text =
      '[a](b.md) [b](b.md#two-words-code) [c](c.md)\n\n[d](b.md#no-heading) [e](https://x.example/) [f](#gone)'
    expect(brokenLinks('docs/a.md', text, (path) => files[path])).toEqual([
      'docs/a.md:1: c.md leads nowhere',
      'docs/a.md:3: b.md#no-heading leads nowhere',
      'docs/a.md:3: #gone leads nowhere',
    ])
  })

  it('find command lines in blocks and in prose', () => {
    const text =
      'Run `tagboat plan -f x`.\n\n```sh\nnpx tagboat scan a \\\n  -o json | jq . # tagboat no\nsource <(tagboat completion bash)\n```\n' +
      '```text\ntagboat nothing\n```\n'
    expect(findCommandLines(text)).toEqual([
      { line: 4, words: ['scan', 'a', '-o', 'json'] },
      { line: 6, words: ['completion', 'bash'] },
      { line: 1, words: ['plan', '-f', 'x'] },
    ])
  })

  it('find what is wrong with a resource, at its line', () => {
    const text =
      'apiVersion: tagboat.dev/v1\nkind: ImageRepository\nmetadata: {name: a}\nspec:\n  image: a\n  intervall: 5m\n'
    expect(resourceProblems('a.md', text, 10)).toEqual([
      'a.md:13: ImageRepository default/a: spec.interval: is required',
      expect.stringMatching(/^a\.md:15: ImageRepository default\/a: spec\.intervall: unknown field.*interval/),
    ])
  })

  it.each([
    ['plan -f x --repo=y', undefined],
    ['plan --reop y', 'plan has no flag --reop'],
    ['paln', 'no command paln'],
    ['--version', undefined],
    ['--versoin', 'no flag --versoin'],
    ['<command> --help', undefined],
  ])('tagboat %s: %s', (line, problem) => {
    expect(commandProblem(line.split(' '), commands)).toBe(problem)
  })
})

it('every link of a document leads somewhere', () => {
  expect(pages.flatMap((path) => brokenLinks(path, readText(path), readAny))).toEqual([])
})

it('every page that a message of the program names exists', () => {
  const named = readSources('src').flatMap(({ path, strings }) =>
    [...strings].flatMap((text) => [...text.matchAll(/docs\/[\w-]+\.md/g)].map(([page]) => ({ path, page }))),
  )
  expect(named.filter(({ page }) => readAny(page) === undefined)).toEqual([])
})

it('every command line of a document names a command and flags that exist', () => {
  const problems = pages.flatMap((path) =>
    findCommandLines(readText(path)).flatMap(({ line, words }) => {
      const problem = commandProblem(words, commands)
      return problem === undefined ? [] : [`${path}:${line}: tagboat ${words.join(' ')}: ${problem}`]
    }),
  )
  expect(problems).toEqual([])
})

it('every YAML block of a document is YAML, and every resource in one is valid', () => {
  const problems = pages.flatMap((path) =>
    findBlocks(readText(path))
      .filter(({ language }) => language === 'yaml')
      .flatMap(({ text, line }) => resourceProblems(path, text, line)),
  )
  expect(problems).toEqual([])
})

it('every resource to copy is valid', () => {
  const files = listFiles('policies/**/*.yaml').filter((path) => !path.endsWith('.test.yaml'))
  expect(files.flatMap((path) => resourceProblems(path, readText(path), 1))).toEqual([])
})
