import { expect, it } from 'vitest'
import { runGit, type Command } from '#io/git/run.ts'
import { findProgram } from '../../services/process.ts'

const environment = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
}

async function run(args: readonly string[], more: Partial<Command> = {}) {
  const git = (await findProgram('git')) ?? ''
  return runGit({ git, args, directory: '/', environment, signal: AbortSignal.timeout(10_000), ...more })
}

it('gives the exit code and what was printed, in bytes', async () => {
  const { code, stdout, stderr } = await run(['hash-object', '--stdin'], { input: Buffer.from([0xff, 0x00]) })
  expect({ code, stdout: stdout.toString(), stderr }).toEqual({
    code: 0,
    stdout: '5d983463ed9b1bcb008a040949025e83abf576d1\n',
    stderr: '',
  })
  const failed = await run(['cat-file', 'blob', 'none'])
  expect(failed.code).toBe(128)
  expect(failed.stderr).toMatch(/^fatal: not a git repository/)
})

it('hands over exactly the environment that is given', async () => {
  process.env['GIT_AUTHOR_NAME'] = 'from the process'
  const identity = { ...environment, GIT_AUTHOR_NAME: 'given', GIT_AUTHOR_EMAIL: 'a@x', GIT_AUTHOR_DATE: '@0 +0000' }
  const given = await run(['var', 'GIT_AUTHOR_IDENT'], { environment: identity })
  const none = await run(['var', 'GIT_AUTHOR_IDENT'], { environment: { ...environment, GIT_AUTHOR_EMAIL: 'a@x' } })
  delete process.env['GIT_AUTHOR_NAME']
  expect(given.stdout.toString()).toBe('given <a@x> 0 +0000\n')
  expect(none.stdout.toString()).not.toContain('from the process')
})

it('does not fail for a program that is not there, or a command that a guard refuses', async () => {
  expect(await run(['version'], { git: '/nowhere/git' })).toMatchObject({
    code: expect.any(Number) as unknown,
    stderr: expect.stringContaining('ENOENT') as unknown,
  })
  const refused = await run(['fetch', '--upload-pack=touch /tmp/x', 'x'])
  expect(refused).toMatchObject({ code: -1, stderr: expect.stringMatching(/^fatal: .*--upload-pack/) as unknown })
})

it('ends git when the signal comes', async () => {
  const controller = new AbortController()
  const running = run(['cat-file', '--batch'], { signal: controller.signal, directory: '/tmp' })
  controller.abort()
  expect((await running).code).not.toBe(0)
})
