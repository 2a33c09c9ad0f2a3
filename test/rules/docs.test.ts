import { existsSync, readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { commonFlags, definitions } from '#cli/definitions.ts'
import { brokenLinks, commandProblem, findBlocks, findCommandLines, type KnownCommand } from './documents.ts'
import { listFiles, readText, root } from './sources.ts'

const documents = listFiles('*.md', 'docs/**/*.md', 'test/*.md', '.github/**/*.md')

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
  expect(documents.flatMap((path) => brokenLinks(path, readText(path), readAny))).toEqual([])
})

it('every command line of a document names a command and flags that exist', () => {
  const problems = documents.flatMap((path) =>
    findCommandLines(readText(path)).flatMap(({ line, words }) => {
      const problem = commandProblem(words, commands)
      return problem === undefined ? [] : [`${path}:${line}: tagboat ${words.join(' ')}: ${problem}`]
    }),
  )
  expect(problems).toEqual([])
})
