import { describe, expect, it } from 'vitest'
import type { CommitRequest, ObjectId, PushRequest, PushResult } from '#flow/ports.ts'
import type { Scene, SetScene } from './git.scene.ts'

const at = Date.parse('2026-11-24T10:20:30.000Z')
const author = { name: 'Tagboat', email: 'tagboat@example.com' }

/** A commit that writes one text into `a.yaml`. */
async function commitOn(
  scene: Scene,
  parent: ObjectId,
  text: string,
  more: Partial<CommitRequest> = {},
): Promise<ObjectId> {
  const request = { parent, files: new Map([['a.yaml', text]]), message: 'update a', author, at, ...more }
  return scene.git.commit(scene.remote, request, scene.signal)
}

type Update = PushRequest['updates'][number]

async function push(scene: Scene, updates: readonly Update[], options: readonly string[] = []): Promise<PushResult> {
  return scene.git.push(scene.remote, { updates, options }, scene.signal)
}

/** Commits and pushes. */
export function writeCases(setScene: SetScene): void {
  commitCases(setScene)
  pushCases(setScene)
  refusalCases(setScene)
}

function commitCases(setScene: SetScene): void {
  it('commits exactly the given bytes; every other entry stays as it was', async () => {
    await using scene = await setScene({
      'a.yaml': 'a: 1\n',
      'b/run.sh': { mode: '100755', text: '#!/bin/sh\n' },
      'b/c/x.yaml': { mode: '100755', text: 'x: 1\r\n' },
      'b/c-d.yaml': 'sorts between c and c/\n',
      'link.yaml': { mode: '120000', text: 'a.yaml' },
      sub: { mode: '160000', commit: '1'.repeat(40) },
      'odd\xff \\ "name".yaml': 'odd\n',
    })
    const { repository, git, remote, signal } = scene
    const before = await repository.tree('main')
    const parent = await scene.fetchTip()
    const files = new Map([
      ['a.yaml', 'a: "\xff\xfe"\r\nno end'],
      ['b/c/x.yaml', 'x: 2\r\n'],
    ])
    const message = 'update two\n\nTagboat-Automation: apps/web\n'
    const commit = await git.commit(remote, { parent, files, message, author, at }, signal)
    expect(await push(scene, [{ commit, ref: 'refs/heads/main', expect: 'fast-forward' }])).toEqual({ kind: 'pushed' })
    expect(await repository.read('main', 'a.yaml')).toBe('a: "\xff\xfe"\r\nno end')
    const after = await repository.tree('main')
    const changed = Object.keys(after).filter((path) => after[path] !== before[path])
    expect(changed).toEqual(['a.yaml', 'b/c/x.yaml'])
    expect(after['b/c/x.yaml']).toMatch(/^100755 /)
    expect(Object.keys(after)).toEqual(Object.keys(before))
    expect((await repository.git(['fsck', '--strict'])).toString()).toBe('')
    expect((await repository.commits('main'))[0]).toMatchObject({
      id: commit,
      parents: [parent],
      author: 'Tagboat <tagboat@example.com>',
      committer: 'Tagboat <tagboat@example.com>',
      authored: '1795515630 +0000',
      committed: '1795515630 +0000',
      message,
    })
  })

  it('the same request gives the same commit', async () => {
    await using scene = await setScene({ 'a.yaml': 'a: 1\n' })
    const parent = await scene.fetchTip()
    const first = await commitOn(scene, parent, 'a: 2\n')
    expect(await commitOn(scene, parent, 'a: 2\n')).toBe(first)
  })

  it.each(['none.yaml', 'b', 'a.yaml/x', 'link.yaml'])(
    'refuses to write %s, which is no regular file',
    async (path) => {
      await using scene = await setScene({
        'a.yaml': 'a: 1\n',
        'b/x.yaml': 'x',
        'link.yaml': { mode: '120000', text: 'a.yaml' },
      })
      const parent = await scene.fetchTip()
      const request = commitOn(scene, parent, '', { files: new Map([[path, 'x']]) })
      await expect(request).rejects.toMatchObject({ code: 'GIT_PATH_MISSING' })
    },
  )

  it('takes control characters out of the identity and cannot be told another header by it', async () => {
    await using scene = await setScene({ 'a.yaml': 'a: 1\n' })
    const parent = await scene.fetchTip()
    const hostile = { name: 'Bot\nparent 0000\u001b[31m <x>', email: 'b@x>\ncommitter Evil' }
    const commit = await commitOn(scene, parent, 'a: 2\n', { author: hostile, message: '-F/etc/passwd\u0000hidden' })
    await push(scene, [{ commit, ref: 'refs/heads/main', expect: 'fast-forward' }])
    const [made] = await scene.repository.commits('main')
    expect(made).toMatchObject({
      parents: [parent],
      author: 'Botparent 0000[31m x <b@xcommitter Evil>',
      message: '-F/etc/passwdhidden\n',
    })
  })
}

function pushCases(setScene: SetScene): void {
  it('a push that is not a fast-forward is told as moved and changes nothing', async () => {
    await using scene = await setScene({ 'a.yaml': 'a: 1\n' })
    const commit = await commitOn(scene, await scene.fetchTip(), 'a: 2\n')
    const human = await scene.repository.commit('main', { 'b.yaml': 'by hand\n' })
    expect(await push(scene, [{ commit, ref: 'refs/heads/main', expect: 'fast-forward' }])).toEqual({ kind: 'moved' })
    expect(await scene.repository.tip('main')).toBe(human)
    // With the new tip known it is still no fast-forward.
    await scene.fetchTip()
    expect(await push(scene, [{ commit, ref: 'refs/heads/main', expect: 'fast-forward' }])).toEqual({ kind: 'moved' })
    expect(await scene.repository.tip('main')).toBe(human)
  })

  it('pushing what is there already succeeds', async () => {
    await using scene = await setScene({ 'a.yaml': 'a: 1\n' })
    const commit = await commitOn(scene, await scene.fetchTip(), 'a: 2\n')
    const update = { commit, ref: 'refs/heads/main', expect: 'fast-forward' } as const
    expect(await push(scene, [update])).toEqual({ kind: 'pushed' })
    expect(await push(scene, [update, update])).toEqual({ kind: 'pushed' })
  })

  it('a lease replaces exactly the commit that was seen', async () => {
    await using scene = await setScene({ 'a.yaml': 'a: 1\n' })
    const { repository } = scene
    const base = await scene.fetchTip()
    const one = await commitOn(scene, base, 'a: 2\n')
    const two = await commitOn(scene, base, 'a: 3\n')
    const ref = 'refs/heads/update'
    expect(await push(scene, [{ commit: one, ref, expect: 'absent' }])).toEqual({ kind: 'pushed' })
    expect(await push(scene, [{ commit: two, ref, expect: 'absent' }])).toEqual({ kind: 'moved' })
    expect(await push(scene, [{ commit: two, ref, expect: { lease: base } }])).toEqual({ kind: 'moved' })
    expect(await repository.tip(ref)).toBe(one)
    expect(await push(scene, [{ commit: two, ref, expect: { lease: one } }])).toEqual({ kind: 'pushed' })
    expect(await repository.tip(ref)).toBe(two)
  })

  it('a lease on a branch that was deleted is told as moved, and the branch stays deleted', async () => {
    await using scene = await setScene({ 'a.yaml': 'a: 1\n' })
    const base = await scene.fetchTip()
    const ref = 'refs/heads/update'
    const one = await commitOn(scene, base, 'a: 2\n')
    await push(scene, [{ commit: one, ref, expect: 'absent' }])
    await scene.repository.git(['update-ref', '-d', ref])
    const two = await commitOn(scene, base, 'a: 3\n')
    expect(await push(scene, [{ commit: two, ref, expect: { lease: one } }])).toEqual({ kind: 'moved' })
    expect(await scene.repository.tip(ref)).toBeUndefined()
  })

  it.each([
    ['both refs', 'true'],
    ['both refs, where the server cannot do it at once', 'false'],
  ])('pushes %s', async (_what, atomic) => {
    await using scene = await setScene({ 'a.yaml': 'a: 1\n' })
    await scene.repository.git(['config', 'receive.advertiseAtomic', atomic])
    const commit = await commitOn(scene, await scene.fetchTip(), 'a: 2\n')
    const refs = ['refs/heads/main', 'refs/heads/copy']
    const updates = refs.map((ref): Update => ({ commit, ref, expect: 'fast-forward' }))
    expect(await push(scene, updates)).toEqual({ kind: 'pushed' })
    expect(await Promise.all(refs.map(async (ref) => scene.repository.tip(ref)))).toEqual([commit, commit])
  })

  it('pushes several refs all or none', async () => {
    await using scene = await setScene({ 'a.yaml': 'a: 1\n' })
    const commit = await commitOn(scene, await scene.fetchTip(), 'a: 2\n')
    const human = await scene.repository.commit('main', { 'b.yaml': 'by hand\n' })
    const updates = ['refs/heads/copy', 'refs/heads/main'].map((ref): Update => ({
      commit,
      ref,
      expect: 'fast-forward',
    }))
    expect(await push(scene, updates)).toEqual({ kind: 'moved' })
    expect(await scene.repository.tip('copy')).toBeUndefined()
    expect(await scene.repository.tip('main')).toBe(human)
  })
}

function refusalCases(setScene: SetScene): void {
  it('hands over push options, also such as look like options of git', async () => {
    await using scene = await setScene({ 'a.yaml': 'a: 1\n' })
    await scene.repository.hook('post-receive', 'env | grep ^GIT_PUSH_OPTION | sort > options')
    const commit = await commitOn(scene, await scene.fetchTip(), 'a: 2\n')
    const options = ['ci.skip', 'merge_request.title=a b', '--force']
    const result = await push(scene, [{ commit, ref: 'refs/heads/main', expect: 'fast-forward' }], options)
    expect(result).toEqual({ kind: 'pushed' })
    const seen = await scene.repository.git(['hash-object', '--stdin'], optionsText(options))
    expect((await scene.repository.git(['hash-object', 'options'])).toString()).toBe(seen.toString())
  })

  it('a server without push options refuses them', async () => {
    await using scene = await setScene({ 'a.yaml': 'a: 1\n' })
    await scene.repository.git(['config', 'receive.advertisePushOptions', 'false'])
    const commit = await commitOn(scene, await scene.fetchTip(), 'a: 2\n')
    const result = await push(scene, [{ commit, ref: 'refs/heads/main', expect: 'fast-forward' }], ['a=b'])
    expect(result).toEqual({ kind: 'refused', text: 'the server does not take push options' })
  })

  it.each(['pre-receive', 'update'])('F35 a refusal by the hook %s carries what the server says', async (hook) => {
    await using scene = await setScene({ 'a.yaml': 'a: 1\n' })
    const words =
      'echo "main is protected: ask the team" >&2; printf "token=canary-in-server-text\\033[31m\\n" >&2; exit 1'
    await scene.repository.hook(hook, words)
    const parent = await scene.fetchTip()
    const commit = await commitOn(scene, parent, 'a: 2\n')
    const result = await push(scene, [{ commit, ref: 'refs/heads/main', expect: 'fast-forward' }])
    expect(result).toMatchObject({ kind: 'refused' })
    const text = result.kind === 'refused' ? result.text : ''
    expect(text).toContain('main is protected: ask the team')
    expect(text).toMatch(hook === 'update' ? /hook declined/ : /pre-receive hook declined/)
    expect(text).not.toMatch(/canary|\u001b/)
    expect(await scene.repository.tip('main')).toBe(parent)
  })

  it('a long refusal is cut at 1 KiB', async () => {
    await using scene = await setScene({ 'a.yaml': 'a: 1\n' })
    await scene.repository.hook('pre-receive', 'seq -f "reason %g of very many" 2000 >&2; exit 1')
    const commit = await commitOn(scene, await scene.fetchTip(), 'a: 2\n')
    const result = await push(scene, [{ commit, ref: 'refs/heads/main', expect: 'fast-forward' }])
    expect(result.kind === 'refused' && result.text.length).toBe(1025)
  })

  describe('what must not reach git', () => {
    it.each([
      ['a deletion', { ref: ':refs/heads/main' }],
      ['a force', { ref: '+refs/heads/main' }],
      ['an option', { ref: '--mirror' }],
      ['a short name', { ref: 'main' }],
      ['a pattern', { ref: 'refs/heads/*' }],
      ['an empty commit, which deletes', { commit: '' }],
      ['a commit that is an option', { commit: '--delete' }],
    ])('%s is refused', async (_what, change) => {
      await using scene = await setScene({ 'a.yaml': 'a: 1\n' })
      const commit = await scene.fetchTip()
      const update = { commit, ref: 'refs/heads/main', expect: 'fast-forward', ...change } as const
      await expect(push(scene, [update])).rejects.toMatchObject({
        code: expect.stringMatching(/GIT_REF_INVALID|INTERNAL/),
      })
      expect(await scene.repository.tip('main')).toBe(commit)
    })
  })
}

function optionsText(options: readonly string[]): string {
  const lines = options.map((option, index) => `GIT_PUSH_OPTION_${index}=${option}`)
  return `${[...lines, `GIT_PUSH_OPTION_COUNT=${options.length}`].toSorted().join('\n')}\n`
}
