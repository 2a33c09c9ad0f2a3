import { expect, it } from 'vitest'
import { openOperation } from '#io/git/operation.ts'
import { runProgram } from '#io/git/program.ts'
import { openTestWorkspace } from '../../services/git-workspace.ts'

it('runs a program in the operation’s environment, with input', async () => {
  await using opened = await openTestWorkspace()
  await using operation = openOperation(opened.workspace, {
    what: 'x',
    signal: AbortSignal.timeout(10_000),
    timeoutMs: 10_000,
  })
  const { code, stdout, stderr } = await runProgram(
    operation,
    '/bin/sh',
    ['-c', 'cat; echo $LANG $TAGBOAT_OPERATION; echo no >&2; exit 3'],
    'in ',
  )
  expect({ code, stdout: stdout.toString(), stderr }).toEqual({
    code: 3,
    stdout: `in C.UTF-8 ${operation.id}\n`,
    stderr: 'no\n',
  })
  expect(await runProgram(operation, '/nowhere', [])).toMatchObject({
    code: expect.any(Number) as unknown,
    stderr: expect.stringContaining('ENOENT') as unknown,
  })
})

it('is ended by the signal', async () => {
  await using opened = await openTestWorkspace()
  const controller = new AbortController()
  await using operation = openOperation(opened.workspace, { what: 'x', signal: controller.signal, timeoutMs: 10_000 })
  const running = runProgram(operation, '/bin/sleep', ['30'])
  controller.abort()
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
})
