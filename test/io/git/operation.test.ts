import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import { MirrorCorrupt } from '#io/git/errors.ts'
import { failed, git, gitOutput, openOperation, stopped, type OperationOptions } from '#io/git/operation.ts'
import { openTestWorkspace } from '../../services/git-workspace.ts'

async function openScene(more: Partial<OperationOptions> = {}) {
  await using stack = new AsyncDisposableStack()
  const { workspace } = stack.use(await openTestWorkspace())
  const options = { what: 'a test', signal: new AbortController().signal, timeoutMs: 20_000, ...more }
  const operation = openOperation(workspace, options)
  stack.defer(async () => operation[Symbol.asyncDispose]())
  const resources = stack.move()
  return { operation, workspace, [Symbol.asyncDispose]: async () => resources.disposeAsync() }
}

it('has a private folder that ends with it', async () => {
  await using scene = await openScene()
  const { operation, workspace } = scene
  const folder = operation.privateFolder()
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  const file = operation.write('secret', 'text')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(() => operation.write('secret', 'again')).toThrow('EEXIST')
  const story: string[] = []
  operation.onEnd(() => void story.push('first'))
  operation.onEnd(() => void story.push(existsSync(file) ? 'second, before the folder goes' : 'too late'))
  await operation[Symbol.asyncDispose]()
  expect(story).toEqual(['second, before the folder goes', 'first'])
  expect(readdirSync(workspace.operations)).toEqual([])
})

it('without a private file no folder is made in a mirror’s operation', async () => {
  await using scene = await openScene({ mirror: '/tmp' })
  expect(readdirSync(scene.workspace.operations)).toEqual([])
  expect(scene.operation.environment).toMatchObject({ GIT_DIR: '/tmp', GIT_CONFIG_GLOBAL: '/dev/null' })
})

it('runs git outside every repository, also where the cache lies in one', async () => {
  await using outer = await openScene()
  await gitOutput(outer.operation, ['init', '-q', join(outer.workspace.operations, '..', '..')])
  const found = await git(outer.operation, ['rev-parse', '--git-dir'])
  expect(found.stderr).toMatch(/not a git repository/)
})

describe('ends', () => {
  it('a signal that came before anything was started', async () => {
    await using scene = await openScene({ signal: AbortSignal.abort() })
    await expect(git(scene.operation, ['version'])).rejects.toMatchObject({
      code: 'CANCELLED',
      message: 'a test: stopped',
    })
  })

  it.each([
    [new DOMException('late', 'TimeoutError'), 'GIT_TIMEOUT'],
    [new AppError('GIT_TOO_LARGE', 'too large'), 'GIT_TOO_LARGE'],
    [new Error('by hand'), 'CANCELLED'],
    [undefined, 'CANCELLED'],
  ])('the reason %s is %s', async (reason, code) => {
    await using scene = await openScene({ signal: AbortSignal.abort(reason) })
    expect(stopped(scene.operation).code).toBe(code)
    expect(failed(scene.operation, { code: 128, stderr: 'fatal: bad config line 1' })).toMatchObject({ code })
  })
})

it('a failure is a damaged mirror or an error of ours', async () => {
  await using scene = await openScene()
  expect(failed(scene.operation, { code: 128, stderr: 'fatal: bad config line 1' })).toBeInstanceOf(MirrorCorrupt)
  expect(failed(scene.operation, { code: 1, stderr: 'fatal: what?' })).toMatchObject({
    code: 'GIT_FAILED',
    message: 'a test: what?',
  })
  await expect(gitOutput(scene.operation, ['cat-file', '-p', 'HEAD'])).rejects.toBeInstanceOf(MirrorCorrupt)
})
