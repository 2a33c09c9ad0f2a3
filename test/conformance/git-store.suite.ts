import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { TreeQuery } from '#flow/ports.ts'
import { ownIdentity } from '#io/git/processes.ts'
import { leftProcesses } from '../services/git-client.ts'
import type { Scene, SetScene } from './git.scene.ts'

const all: TreeQuery = { roots: [''], contains: '$imagepolicy', globs: [], maxBytes: 1_048_576 }
const files = { 'a.yaml': 'image: a:1 # {"$imagepolicy": "apps:web"}\n', 'b/c.yaml': 'c: 1\n' }
const author = { name: 'Tagboat', email: 'tagboat@example.com' }

/** The mirror on disk: damage (thoroughly, or two kinds of it), locks, work that is stopped. */
export function storeCases(setScene: SetScene, isThorough: boolean): void {
  damageCases(setScene, isThorough)
  lockCases(setScene)
  stopCases(setScene)
}

function mirrorOf({ client }: Scene): string {
  const folder = join(client.cacheDir, 'git', 'mirrors')
  const [name = ''] = readdirSync(folder).filter((entry) => !entry.includes('.'))
  return join(folder, name)
}

function packOf(scene: Scene, suffix: string): string {
  const folder = join(mirrorOf(scene), 'objects', 'pack')
  return join(folder, readdirSync(folder).find((name) => name.endsWith(suffix)) ?? '')
}

/** Files of git are read-only; the owner may still write where the mode is changed by a new file. */
function overwrite(path: string, change: (bytes: Buffer) => Buffer): void {
  const bytes = change(readFileSync(path))
  rmSync(path)
  writeFileSync(path, bytes)
}

const damages: readonly (readonly [string, (scene: Scene) => void])[] = [
  [
    'bytes of the pack changed',
    (scene) => overwrite(packOf(scene, '.pack'), (bytes) => bytes.fill(0xaa, 12, bytes.length - 20)),
  ],
  ['the pack is cut off', (scene) => overwrite(packOf(scene, '.pack'), (bytes) => bytes.subarray(0, 20))],
  ['the pack is empty', (scene) => overwrite(packOf(scene, '.pack'), () => Buffer.alloc(0))],
  ['the index of the pack is garbage', (scene) => overwrite(packOf(scene, '.idx'), (bytes) => bytes.fill(0xff))],
  ['the objects are gone', (scene) => rmSync(join(mirrorOf(scene), 'objects'), { recursive: true })],
  ['the configuration is garbage', (scene) => writeFileSync(join(mirrorOf(scene), 'config'), '[core\n\u0000')],
  ['the mirror is gone', (scene) => rmSync(mirrorOf(scene), { recursive: true })],
  ['a folder lies in its place', (scene) => emptyFolder(mirrorOf(scene))],
]

function damageCases(setScene: SetScene, isThorough: boolean): void {
  const chosen = isThorough ? damages : damages.slice(0, 2)

  describe('F38 a damaged mirror is made anew', () => {
    it.each(chosen)('when reading: %s', async (_what, damage) => {
      await using scene = await setScene(files)
      const tip = await scene.fetchTip()
      damage(scene)
      const found = await scene.git.files(scene.remote, tip, all, scene.signal)
      expect(found.map(({ text }) => text)).toEqual([files['a.yaml']])
      expect(scene.client.logged.join()).toMatch(/damaged and is made anew/)
      const written = await scene.git.commit(
        scene.remote,
        { parent: tip, files: new Map([['b/c.yaml', 'c: 2\n']]), message: 'm', author, at: 0 },
        scene.signal,
      )
      expect(written).toMatch(/^[0-9a-f]{40}$/)
    })

    it.each([...chosen, ['a ref is empty', emptyRefs] as const])(
      'when fetching, in a new process: %s',
      async (_what, damage) => {
        await using scene = await setScene(files)
        await scene.fetchTip()
        damage(scene)
        const second = scene.client.again()
        const next = await scene.repository.commit('main', { 'b/c.yaml': 'c: 2\n' })
        await second.fetch(scene.remote, new Map([['refs/heads/main', next]]), scene.signal)
        const found = await second.files(scene.remote, next, all, scene.signal)
        expect(found.map(({ text }) => text)).toEqual([files['a.yaml']])
      },
    )
  })

  it('an index of markers that is garbage is made anew', async () => {
    await using scene = await setScene(files)
    const tip = await scene.fetchTip()
    await scene.git.files(scene.remote, tip, all, scene.signal)
    const folder = join(mirrorOf(scene), 'tagboat')
    for (const name of readdirSync(folder)) writeFileSync(join(folder, name), '{"version":1,"trees":[["x"]]')
    const found = await scene.client.again().files(scene.remote, tip, all, scene.signal)
    expect(found.map(({ path }) => path)).toEqual(['a.yaml'])
  })

  it('a commit that nobody fetched is told as missing', async () => {
    await using scene = await setScene(files)
    const absent = 'f'.repeat(40)
    await expect(scene.git.files(scene.remote, absent, all, scene.signal)).rejects.toMatchObject({
      code: 'GIT_COMMIT_MISSING',
    })
    await scene.fetchTip()
    await expect(scene.git.files(scene.remote, absent, all, scene.signal)).rejects.toMatchObject({
      code: 'GIT_COMMIT_MISSING',
    })
    const tip = (await scene.repository.tip('main')) ?? ''
    for (const query of [{ from: absent }, { from: tip, except: absent }]) {
      const read = scene.git.log(scene.remote, { ...query, max: 1 }, scene.signal)
      await expect(read).rejects.toMatchObject({ code: 'GIT_COMMIT_MISSING' })
    }
    expect(scene.client.logged.join()).not.toMatch(/made anew/)
  })
}

function emptyFolder(path: string): void {
  rmSync(path, { recursive: true })
  mkdirSync(path)
}

function emptyRefs(scene: Scene): void {
  const folder = join(mirrorOf(scene), 'refs', 'tagboat')
  for (const name of readdirSync(folder)) truncateSync(join(folder, name))
}

function lockCases(setScene: SetScene): void {
  it('two processes may fetch into one mirror at once', async () => {
    await using scene = await setScene(files)
    const tip = (await scene.repository.tip('main')) ?? ''
    const processes = [scene.git, scene.client.again(), scene.client.again()]
    await Promise.all(
      processes.map(async (git) => git.fetch(scene.remote, new Map([['refs/heads/main', tip]]), scene.signal)),
    )
    for (const git of processes) expect(await git.files(scene.remote, tip, all, scene.signal)).toHaveLength(1)
    expect(readdirSync(join(scene.client.cacheDir, 'git', 'mirrors'))).toHaveLength(1)
  })

  it('takes over the lock of a process that has died', async () => {
    await using scene = await setScene(files)
    await scene.fetchTip()
    const lock = `${mirrorOf(scene)}.lock`
    writeFileSync(lock, identityOfTheDead())
    await scene.repository.commit('main', { 'b/c.yaml': 'c: 2\n' })
    await scene.fetchTip()
    expect(existsSync(lock)).toBe(false)
  })

  it('waits for a lock that is held, no longer than its time', async () => {
    await using scene = await setScene(files)
    await scene.fetchTip()
    writeFileSync(`${mirrorOf(scene)}.lock`, ownIdentity())
    const next = await scene.repository.commit('main', { 'b/c.yaml': 'c: 2\n' })
    const wanted = new Map([['refs/heads/main', next]])
    const waiting = scene.git.fetch({ ...scene.remote, timeoutMs: 1000 }, wanted, scene.signal)
    await expect(waiting).rejects.toMatchObject({ code: 'GIT_TIMEOUT' })
  })

  it('sweeps the private folders of processes that have died', async () => {
    await using scene = await setScene(files)
    const left = join(scene.client.cacheDir, 'git', 'operations', `${identityOfTheDead()}-0123`)
    mkdirSync(left, { recursive: true })
    writeFileSync(join(left, 'gitconfig'), 'secret')
    await scene.fetchTip()
    expect(existsSync(left)).toBe(false)
  })
}

function stopCases(setScene: SetScene): void {
  it.each(['blob-written', 'tree-written'] as const)('a commit that is stopped at %s leaves nothing', async (point) => {
    const controller = new AbortController()
    await using scene = await setScene(files, { at: async (at) => (at === point ? controller.abort() : undefined) })
    const parent = await scene.fetchTip()
    const before = looseObjects(scene)
    const request = { parent, files: new Map([['b/c.yaml', 'c: 2\n']]), message: 'm', author, at: 0 }
    const stopped = scene.git.commit(scene.remote, request, controller.signal)
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(looseObjects(scene)).toEqual(before)
    expect(readdirSync(join(scene.client.cacheDir, 'git', 'operations'))).toEqual([])
    expect(leftProcesses(scene.client.cacheDir)).toEqual([])
  })

  it('nothing is started for a signal that came already', async () => {
    await using scene = await setScene(files)
    const signal = AbortSignal.abort()
    const tip = (await scene.repository.tip('main')) ?? ''
    const calls = [
      scene.git.remoteRefs(scene.remote, ['refs/heads/main'], signal),
      scene.git.fetch(scene.remote, new Map([['refs/heads/main', tip]]), signal),
      scene.git.push(
        scene.remote,
        { updates: [{ commit: tip, ref: 'refs/heads/x', expect: 'absent' }], options: [] },
        signal,
      ),
    ]
    const codes = await Promise.allSettled(calls)
    expect(codes.map((result) => result.status === 'rejected' && (result.reason as { code: string }).code)).toEqual([
      'CANCELLED',
      'CANCELLED',
      'CANCELLED',
    ])
  })

  it('after each operation no private file is left', async () => {
    await using scene = await setScene(files)
    const tip = await scene.fetchTip()
    const request = { parent: tip, files: new Map([['b/c.yaml', 'c: 2\n']]), message: 'm', author, at: 0 }
    await scene.git.commit(scene.remote, request, scene.signal)
    expect(readdirSync(join(scene.client.cacheDir, 'git', 'operations'))).toEqual([])
    expect(statSync(join(scene.client.cacheDir, 'git', 'mirrors')).mode & 0o777).toBe(0o700)
  })
}

function identityOfTheDead(): string {
  return ownIdentity().replace(/^[0-9]+/, '999999999')
}

function looseObjects(scene: Scene): readonly string[] {
  const folder = join(mirrorOf(scene), 'objects')
  return readdirSync(folder, { recursive: true }).map(String).toSorted()
}
