import { describe, expect, it } from 'vitest'
import { openBatch } from '#io/git/batch.ts'
import { openOperation } from '#io/git/operation.ts'
import { bareRepository, type Changes } from '../../services/git.ts'
import { openTestWorkspace } from '../../services/git-workspace.ts'

async function openScene(files: Changes) {
  await using stack = new AsyncDisposableStack()
  const repository = stack.use(await bareRepository(files))
  const { workspace } = stack.use(await openTestWorkspace())
  const stopping = new AbortController()
  const options = { what: 'reading', signal: stopping.signal, timeoutMs: 20_000, mirror: repository.path }
  const operation = stack.use(openOperation(workspace, options))
  const batch = stack.use(openBatch(operation))
  const resources = stack.move()
  return { repository, batch, stopping, [Symbol.asyncDispose]: async () => resources.disposeAsync() }
}

it('gives headers and contents in the order of the names, undefined for what is missing', async () => {
  await using scene = await openScene({ 'a.yaml': 'a: 1\n', 'empty.yaml': '', 'b.bin': '\x00\n\xff\n 3 blob\n' })
  const { repository, batch } = scene
  const tip = (await repository.tip('main')) ?? ''
  const ids = Object.values(await repository.tree('main')).map((entry) => entry.split(' ')[1] ?? '')
  const [a, b, empty] = ids
  const missing = 'f'.repeat(40)
  const found = await batch.contents([b ?? '', missing, empty ?? '', a ?? '', a ?? ''])
  expect(found.map((object) => object?.body.toString('latin1'))).toEqual([
    '\x00\n\xff\n 3 blob\n',
    undefined,
    '',
    'a: 1\n',
    'a: 1\n',
  ])
  const headers = await batch.headers([missing, `${tip}^{tree}`, a ?? ''])
  expect(headers.map((header) => header && [header.type, header.size])).toEqual([undefined, ['tree', 105], ['blob', 5]])
  expect(await batch.contents([])).toEqual([])
})

it('reads many objects and large ones, however the output is cut, with requests in flight together', async () => {
  const large = 'large '.repeat(300_000)
  const small = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`f${index}.yaml`, `value: ${index}\n`]))
  await using scene = await openScene({ ...small, 'large.yaml': large })
  const tree = await scene.repository.tree('main')
  const names = Object.keys(tree)
  const ids = Object.values(tree).map((entry) => entry.split(' ')[1] ?? '')
  const [first, second] = await Promise.all([scene.batch.contents(ids), scene.batch.contents(ids.toReversed())])
  expect(first.map((object) => object?.size)).toEqual(second.map((object) => object?.size).toReversed())
  expect(first[names.indexOf('large.yaml')]?.body.toString()).toBe(large)
  expect(first[names.indexOf('f7.yaml')]?.body.toString()).toBe('value: 7\n')
})

describe('its end', () => {
  it('a signal ends it, and requests fail', async () => {
    await using scene = await openScene({ 'a.yaml': 'a: 1\n' })
    const asked = scene.batch.contents(['main'])
    scene.stopping.abort()
    await Promise.allSettled([asked])
    await expect(scene.batch.contents(['main'])).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  it('git that dies fails what was asked, and all that is asked after', async () => {
    await using repository = await bareRepository({ 'a.yaml': 'a: 1\n' })
    await using opened = await openTestWorkspace()
    await repository.git(['config', 'core.repositoryformatversion', '99'])
    const options = { what: 'reading', signal: AbortSignal.timeout(20_000), timeoutMs: 20_000, mirror: repository.path }
    await using operation = openOperation(opened.workspace, options)
    await using batch = openBatch(operation)
    await expect(batch.contents(['main'])).rejects.toMatchObject({ message: expect.stringContaining('version') })
    await expect(batch.headers(['main'])).rejects.toMatchObject({ message: expect.stringContaining('version') })
  })
})
