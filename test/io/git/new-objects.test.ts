import { expect, it } from 'vitest'
import { newObject } from '#io/git/new-objects.ts'
import { bareRepository } from '../../services/git.ts'
import { openTestGit, remoteOf } from '../../services/git-client.ts'

it.each([
  ['sha1', 40],
  ['sha256', 64],
] as const)('names objects as git does: %s', async (format, length) => {
  await using repository = await bareRepository({ 'a.txt': 'first' }, { format })
  for (const text of ['', 'a', 'x'.repeat(100_000), 'caf\u00e9 \u0000\u0001']) {
    const body = Buffer.from(text, 'latin1')
    const named = (await repository.git(['hash-object', '--stdin', '--no-filters'], body)).toString().trim()
    expect(newObject('blob', body, length).id).toBe(named)
  }
})

// How they are stored, as loose objects or as a pack, is proven by the commits of test/conformance/git.test.ts.
it.each([1, 19, 20, 300])('stores %i changed files so that git finds nothing wrong', async (count) => {
  const names = Array.from({ length: count }, (_, index) => `folder-${index % 7}/file-${index}.yaml`)
  await using repository = await bareRepository(Object.fromEntries(names.map((name) => [name, 'old'])))
  await using opened = await openTestGit()
  const { git } = opened
  const remote = remoteOf(repository.url)
  const tip = (await repository.tip('main')) ?? ''
  const signal = AbortSignal.timeout(20_000)
  await git.fetch(remote, new Map([['refs/heads/main', tip]]), signal)
  const files = new Map(names.map((name, index) => [name, `${'new line\n'.repeat(index)}${name}`]))
  const author = { name: 'Bot', email: 'bot@example.com' }
  const commit = await git.commit(remote, { parent: tip, files, message: 'new', author, at: 0 }, signal)
  const updates = [{ commit, ref: 'refs/heads/main', expect: 'fast-forward' as const }]
  expect(await git.push(remote, { updates, options: [] }, signal)).toEqual({ kind: 'pushed' })
  expect((await repository.git(['fsck', '--strict', '--full'])).toString()).toBe('')
  for (const [name, text] of files) expect(await repository.read('main', name)).toBe(text)
})
