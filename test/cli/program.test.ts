import { describe, expect, it } from 'vitest'
import { definitions } from '#cli/definitions.ts'
import { runProgram } from '#cli/program.ts'
import { memoryIo } from './memory-io.ts'

describe('help', () => {
  it('lists every command and the exit codes', async () => {
    const io = memoryIo()
    expect(await runProgram(['--help'], io)).toBe(0)
    for (const { name, summary } of definitions) {
      expect(io.out()).toContain(name)
      expect(io.out().replace(/\s+/g, ' ')).toContain(summary)
    }
    expect(io.out()).toContain(
      'Exit codes: 0 done, 1 failed, 2 changes (--detailed-exitcode), 64 wrong usage, 130 interrupted.',
    )
  })

  it.each(definitions.map(({ name, examples }) => [name, examples] as const))(
    'of %s has its examples',
    async (name, examples) => {
      const io = memoryIo()
      expect(await runProgram([name, '--help'], io)).toBe(0)
      expect(examples.length).toBeGreaterThan(0)
      for (const example of examples) expect(io.out()).toContain(`  $ ${example}`)
    },
  )
})

it('prints the version of the package', async () => {
  const io = memoryIo()
  expect(await runProgram(['--version'], io)).toBe(0)
  expect(io.out()).toMatch(/^\d+\.\d+\.\d+\n$/)
})

it.each([
  [['plann'], "error: unknown command 'plann'\n(Did you mean plan?)"],
  [['plan', '--repoo', 'x'], "error: unknown option '--repoo'\n(Did you mean --repo?)"],
  [
    ['plan', '-o', 'xml'],
    "error: option '-o, --output <format>' argument 'xml' is invalid. Allowed choices are text, json, yaml.",
  ],
  [['rewrite'], "error: missing required argument 'paths'"],
  [['completion', 'tcsh'], 'tagboat: completion: expected bash, zsh or fish, got "tcsh"'],
  [['run', '--sync'], 'tagboat: --sync is not supported yet'],
  [['demo', '--rounds', 'many'], 'tagboat: --rounds: expected a number, got "many"'],
  [['plan', '--timeout', 'soon'], 'tagboat: --timeout: expected a duration'],
])('refuses %j with code 64 and says what is meant', async (argv, message) => {
  const io = memoryIo()
  expect(await runProgram(argv, io)).toBe(64)
  expect(io.err()).toContain(message)
  expect(io.out()).toBe('')
})

it('fails with code 1, one error for people and one document for programs', async () => {
  const io = memoryIo({ cwd: '/nowhere' })
  expect(await runProgram(['plan', '-f', '/nowhere/policies', '-o', 'json'], io)).toBe(1)
  expect(io.err()).toMatch(
    /^tagboat: \/nowhere\/policies: no such file or folder\n {2}hint: .*\n {2}code: RESOURCE_UNREADABLE/,
  )
  expect(JSON.parse(io.out())).toMatchObject({ error: { code: 'RESOURCE_UNREADABLE' } })
})

it('ends with 130 when it was interrupted', async () => {
  const io = memoryIo({ signal: AbortSignal.abort(new Error('stopped by SIGINT')) })
  expect(await runProgram(['plan', '-f', '/nowhere/policies'], io)).toBe(130)
})
