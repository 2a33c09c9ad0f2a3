import { describe, expect, it } from 'vitest'
import type { TreeQuery } from '#flow/ports.ts'
import type { SetScene } from './git.scene.ts'

const marker = '# {"$imagepolicy": "apps:web"}'
const all: TreeQuery = { roots: [''], contains: '$imagepolicy', globs: [], maxBytes: 1_048_576 }

/** Refs, fetches, files and history. */
export function readCases(setScene: SetScene): void {
  describe('refs', () => {
    it('tells the refs that were asked for, and the branch that HEAD names', async () => {
      await using scene = await setScene({ 'a.yaml': 'a: 1\n' })
      const { repository, git, remote, signal } = scene
      const main = (await repository.tip('main')) ?? ''
      await repository.git(['update-ref', 'refs/heads/other', main])
      await repository.git(['update-ref', 'refs/heads/x/refs/heads/main', main])
      const { refs, head } = await git.remoteRefs(remote, ['refs/heads/main', 'refs/heads/gone'], signal)
      expect(Object.fromEntries(refs)).toEqual({ 'refs/heads/main': main })
      expect(head).toBe('refs/heads/main')
    })

    it('peels annotated tags, and lists all tags by a pattern', async () => {
      await using scene = await setScene({ 'a.yaml': 'a: 1\n' })
      const { repository, git, remote, signal } = scene
      const main = (await repository.tip('main')) ?? ''
      await repository.git(['tag', 'light', main])
      await repository.git(['-c', 'user.name=a', '-c', 'user.email=a@b', 'tag', '-a', '-m', 'v1', 'v1.0.0', main])
      const { refs } = await git.remoteRefs(remote, ['refs/tags/*'], signal)
      expect(Object.fromEntries(refs)).toEqual({ 'refs/tags/light': main, 'refs/tags/v1.0.0': main })
      const single = await git.remoteRefs(remote, ['refs/tags/v1.0.0'], signal)
      expect(Object.fromEntries(single.refs)).toEqual({ 'refs/tags/v1.0.0': main })
      await git.fetch(remote, single.refs, signal)
      expect(await git.read(remote, main, ['a.yaml'], signal)).toEqual(new Map([['a.yaml', 'a: 1\n']]))
    })

    it('an empty repository has neither refs nor a head', async () => {
      await using scene = await setScene({})
      const found = await scene.git.remoteRefs(scene.remote, ['refs/heads/main'], scene.signal)
      expect(found).toEqual({ refs: new Map(), head: undefined })
    })

    it('a deleted branch is gone', async () => {
      await using scene = await setScene({ 'a.yaml': 'a: 1\n' })
      const { repository, git, remote, signal } = scene
      await repository.git(['branch', 'update', 'main'])
      const before = await git.remoteRefs(remote, ['refs/heads/update'], signal)
      await git.fetch(remote, before.refs, signal)
      await repository.git(['branch', '-D', 'update'])
      expect((await git.remoteRefs(remote, ['refs/heads/update'], signal)).refs.size).toBe(0)
      // A branch may take the name of a deleted one as its folder.
      await repository.git(['branch', 'update/two', 'main'])
      await repository.commit('update/two', { 'b.yaml': 'b: 1\n' })
      const after = await git.remoteRefs(remote, ['refs/heads/update/two'], signal)
      await git.fetch(remote, after.refs, signal)
      const tip = after.refs.get('refs/heads/update/two') ?? ''
      expect((await git.read(remote, tip, ['b.yaml'], signal)).get('b.yaml')).toBe('b: 1\n')
    })
  })

  describe('fetch', () => {
    it('follows a branch that was rewritten', async () => {
      await using scene = await setScene({ 'a.yaml': 'a: 1\n' })
      const { repository, git, remote, signal } = scene
      await scene.fetchTip()
      await repository.git(['update-ref', '-d', 'refs/heads/main'])
      await repository.commit('main', { 'a.yaml': 'a: 2\n' }, 'rewritten')
      const tip = await scene.fetchTip()
      expect((await git.read(remote, tip, ['a.yaml'], signal)).get('a.yaml')).toBe('a: 2\n')
    })

    it('brings a commit that its branch has left meanwhile', async () => {
      await using scene = await setScene({ 'a.yaml': 'a: 1\n' })
      const { repository, git, remote, signal } = scene
      const first = (await repository.tip('main')) ?? ''
      await repository.git(['update-ref', 'refs/heads/kept', first])
      await repository.git(['update-ref', '-d', 'refs/heads/main'])
      await repository.commit('main', { 'a.yaml': 'a: 2\n' }, 'rewritten')
      await git.fetch(remote, new Map([['refs/heads/main', first]]), signal)
      expect((await git.read(remote, first, ['a.yaml'], signal)).get('a.yaml')).toBe('a: 1\n')
    })

    it.each([
      ['a ref that does not exist', 'refs/heads/gone', undefined, 'GIT_BRANCH_MISSING'],
      ['a commit that does not exist', 'refs/heads/main', 'f'.repeat(40), 'GIT_COMMIT_MISSING'],
    ])('%s: %s', async (_what, ref, id, code) => {
      await using scene = await setScene({ 'a.yaml': 'a: 1\n' })
      const wanted = id ?? '1'.repeat(40)
      await expect(scene.git.fetch(scene.remote, new Map([[ref, wanted]]), scene.signal)).rejects.toMatchObject({
        code,
      })
    })

    it('keeps to SHA-256 where the repository does', async () => {
      await using scene = await setScene({ 'a.yaml': `image: a:1 ${marker}\n` }, { format: 'sha256' })
      const { git, remote, signal, repository } = scene
      const tip = await scene.fetchTip()
      expect(tip).toHaveLength(64)
      expect((await git.files(remote, tip, all, signal)).map(({ path }) => path)).toEqual(['a.yaml'])
      const request = {
        parent: tip,
        files: new Map([['a.yaml', `image: a:2 ${marker}\n`]]),
        message: 'm',
        author,
        at: 0,
      }
      const commit = await git.commit(remote, request, signal)
      await git.push(
        remote,
        { updates: [{ commit, ref: 'refs/heads/main', expect: 'fast-forward' }], options: [] },
        signal,
      )
      expect(await repository.read('main', 'a.yaml')).toBe(`image: a:2 ${marker}\n`)
    })
  })

  it('finds marked files with exact bytes, modes and sizes, by path', async () => {
    const text = `v: "\xff\xfe" ${marker}\r\nno end`
    await using scene = await setScene({
      'b/deep/er/x.yml': text,
      'a.yaml': { mode: '100755', text: `image: a:1 ${marker}\n` },
      'b/Kustomization': `images: ${marker}`,
      'b/plain.yaml': 'image: a:1\n',
      'b/marked.txt': marker,
      'link.yaml': { mode: '120000', text: 'a.yaml' },
      'sub.yaml': { mode: '160000', commit: '1'.repeat(40) },
      'big.yaml': `${marker}\n${'#'.repeat(200)}`,
    })
    const tip = await scene.fetchTip()
    const files = await scene.git.files(scene.remote, tip, { ...all, maxBytes: 200 }, scene.signal)
    expect(files.map(({ path, mode, size, text: read }) => [path, mode, size, read])).toEqual([
      ['a.yaml', '100755', 42, `image: a:1 ${marker}\n`],
      ['b/Kustomization', '100644', 38, `images: ${marker}`],
      ['b/deep/er/x.yml', '100644', text.length, text],
      ['big.yaml', '100644', 231, undefined],
      ['link.yaml', '120000', 0, undefined],
    ])
  })

  it('reads single paths and leaves out what is no regular file', async () => {
    await using scene = await setScene({
      'a/x.yaml': '\x00\x80\xff\r\n',
      'a/link': { mode: '120000', text: 'x.yaml' },
      sub: { mode: '160000', commit: '1'.repeat(40) },
    })
    const tip = await scene.fetchTip()
    const paths = ['a/x.yaml', 'a/link', 'a', 'sub', 'a/none', 'none/x', 'a/x.yaml/y']
    const read = await scene.git.read(scene.remote, tip, paths, scene.signal)
    expect(read).toEqual(new Map([['a/x.yaml', '\x00\x80\xff\r\n']]))
  })

  it('tells the history of a range, and of paths', async () => {
    await using scene = await setScene({ 'a.yaml': 'a: 1\n' })
    const { repository, git, remote, signal } = scene
    const first = (await repository.tip('main')) ?? ''
    const second = await repository.commit(
      'main',
      { 'b.yaml': 'b: 1\n' },
      'subject\n\nbody \u00fc\n\nTagboat-Run: x/y\n',
    )
    await repository.commit('main', { 'a.yaml': 'a: 2\n' }, 'third')
    const tip = await scene.fetchTip()
    const since = await git.log(remote, { from: tip, except: first, max: 10 }, signal)
    expect(since.map(({ message }) => message.split('\n')[0])).toEqual(['third', 'subject'])
    expect(since[1]).toMatchObject({
      id: second,
      parents: [first],
      committer: { name: 'A Person', email: 'person@example.com' },
    })
    const touching = await git.log(remote, { from: tip, paths: ['a.yaml'], max: 10 }, signal)
    expect(touching.map(({ message }) => message.trim())).toEqual(['third', 'first commit'])
    expect(await git.log(remote, { from: tip, max: 1 }, signal)).toHaveLength(1)
  })

  it('tells which of the paths each commit has changed, merges against their first parent', async () => {
    await using scene = await setScene({ 'a.yaml': 'a: 1\n', 'd/b c.yaml': 'b: 1\n', 'other.txt': '1\n' })
    const { repository, git, remote, signal } = scene
    await repository.commit('main', { 'a.yaml': 'a: 2\n', 'other.txt': '2\n' }, 'second')
    const base = (await repository.tip('main')) ?? ''
    const side = await repository.commit('main', { 'd/b c.yaml': 'b: 2\n' }, 'side\n\nbody')
    const [, tree = ''] = /^tree ([0-9a-f]+)/.exec(String(await repository.git(['cat-file', 'commit', side]))) ?? []
    const env = ['-c', 'user.name=A', '-c', 'user.email=a@x']
    const merge = await repository.git([...env, 'commit-tree', tree, '-p', base, '-p', side, '-m', 'merge'])
    await repository.git(['update-ref', 'refs/heads/main', String(merge).trim()])
    const query = { from: await scene.fetchTip(), paths: ['a.yaml', 'd/b c.yaml'], max: 10, withPaths: true } as const
    const found = await git.log(remote, query, signal)
    expect(found.map(({ message, paths }) => [message.split('\n')[0], paths])).toEqual(
      expect.arrayContaining([
        ['side', ['d/b c.yaml']],
        ['second', ['a.yaml']],
        ['first commit', ['a.yaml', 'd/b c.yaml']],
      ]),
    )
  })
}

const author = { name: 'Tagboat', email: 'tagboat@example.com' }
