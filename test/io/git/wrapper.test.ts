import { execFileSync } from 'node:child_process'
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { openOperation } from '#io/git/operation.ts'
import { askpassEnvironment, writeAskpass, writeProgram } from '#io/git/wrapper.ts'
import { openTestWorkspace } from '../../services/git-workspace.ts'

async function openScene() {
  await using stack = new AsyncDisposableStack()
  const opened = stack.use(await openTestWorkspace('a b/cache'))
  const signal = AbortSignal.timeout(10_000)
  const operation = stack.use(openOperation(opened.workspace, { what: 'x', signal, timeoutMs: 10_000 }))
  const resources = stack.move()
  return { operation, opened, [Symbol.asyncDispose]: async () => resources.disposeAsync() }
}

it('a program runs by its path alone, whatever package it lies below', async () => {
  await using scene = await openScene()
  const { operation, opened } = scene
  mkdirSync(opened.options.cacheDir, { recursive: true })
  writeFileSync(join(dirname(opened.options.cacheDir), 'package.json'), '{"type": "module"}')
  const program = writeProgram(
    operation,
    'say',
    `console.log(require('node:path').basename(__filename), ...process.argv.slice(2))`,
  )
  expect(statSync(program).mode & 0o777).toBe(0o700)
  expect(execFileSync(program, ['a', 'b c'], { env: {} }).toString()).toBe('say.cjs a b c\n')
})

it('askpass prints the passphrase, which is in a file of its own', async () => {
  await using scene = await openScene()
  const program = writeAskpass(scene.operation, 'ask', 'pass "phrase" \\ ü')
  expect(execFileSync(program, ['Enter passphrase:'], { env: {} }).toString()).toBe('pass "phrase" \\ ü\n')
  expect(statSync(program.replace('.cjs', '.txt')).mode & 0o777).toBe(0o600)
  expect(askpassEnvironment(program)).toMatchObject({ SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force' })
})
