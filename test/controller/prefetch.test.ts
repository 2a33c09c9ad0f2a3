import { expect, it } from 'vitest'
import { parseRemoteUrl } from '#core/secret/remote-url.ts'
import type { ObjectRef } from '#core/api/object-ref.ts'
import { Prefetch } from '#controller/prefetch.ts'
import type { GitReader, GitRemote } from '#flow/ports.ts'
import { keepingLog } from '../conformance/cluster.scene.ts'

const { signal } = new AbortController()
const url = parseRemoteUrl('https://git.example.com/config.git', 'spec.url', ['https'])
const remote: GitRemote = { url, provider: 'generic', ownCredentials: false, timeoutMs: 1000 }
const key: ObjectRef = { group: 'tagboat.dev', kind: 'ImageUpdateAutomation', namespace: 'apps', name: 'apps' }
const other = { ...key, name: 'other' }
const main = ['refs/heads/main']

interface Scene {
  readonly prefetch: Prefetch
  /** What the remote was asked. */
  readonly asked: string[]
  now: number
  /** The commit that the remote's branch is at. */
  tip: string
  isDown: boolean
}

function open(): Scene {
  const scene: Omit<Scene, 'prefetch'> = { asked: [], now: 0, tip: 'a', isDown: false }
  const git: GitReader = {
    remoteRefs: async () => {
      scene.asked.push('refs')
      if (scene.isDown) throw new Error('down')
      return { refs: new Map([['refs/heads/main', scene.tip]]), head: 'refs/heads/main' }
    },
    fetch: async () => void scene.asked.push('fetch'),
    files: async (_remote, commit) => {
      scene.asked.push(`files ${commit}`)
      return []
    },
    read: async () => new Map(),
    log: async (_remote, { from }) => {
      scene.asked.push(`log ${from}`)
      return []
    },
  }
  const prefetch = new Prefetch({
    git,
    clock: { monotonic: () => scene.now },
    log: keepingLog(),
    rehearse: async (_key, reader) => void (await pass(reader)),
  })
  return Object.assign(scene, { prefetch })
}

/** What a pass reads; gives the commit that it found. */
async function pass(git: GitReader): Promise<string> {
  const { refs } = await git.remoteRefs(remote, main, signal)
  const commit = refs.get('refs/heads/main') ?? ''
  await git.fetch(remote, refs, signal)
  await git.log(remote, { from: commit, max: 1 }, signal)
  await git.files(remote, commit, { roots: [''], contains: '$imagepolicy', globs: [], maxBytes: 1 }, signal)
  return commit
}

async function begun(scene: Scene): Promise<void> {
  scene.prefetch.begin(key)
  await new Promise(setImmediate)
}

it('a pass takes what was read ahead, also while it is being read', async () => {
  const scene = open()
  scene.prefetch.begin(key)
  expect(await pass(scene.prefetch.readerOf(key))).toBe('a')
  await new Promise(setImmediate)
  expect(scene.asked.filter((text) => text === 'refs')).toHaveLength(1)
  expect(scene.asked.filter((text) => text.startsWith('log'))).toHaveLength(1)
})

it('where the branch stands is told once: whoever asks again, as after a push that was overtaken, asks the remote', async () => {
  const scene = open()
  await begun(scene)
  const reader = scene.prefetch.readerOf(key)
  expect(await pass(reader)).toBe('a')
  scene.tip = 'b'
  expect(await pass(reader)).toBe('b')
  expect(await pass(scene.prefetch.readerOf(key))).toBe('b')
})

it('what is old, or was read for another object, serves nobody', async () => {
  const scene = open()
  await begun(scene)
  scene.tip = 'b'
  expect(await pass(scene.prefetch.readerOf(other))).toBe('b')
  scene.now = 3001
  expect(await pass(scene.prefetch.readerOf(key))).toBe('b')
})

it('a failure is met by the pass itself', async () => {
  const scene = open()
  scene.isDown = true
  await begun(scene)
  await expect(pass(scene.prefetch.readerOf(key))).rejects.toThrow('down')
  scene.isDown = false
  expect(await pass(scene.prefetch.readerOf(key))).toBe('a')
})

it('reads ahead once at a time, and not when it is closed', async () => {
  const scene = open()
  scene.prefetch.begin(key)
  scene.prefetch.begin(key)
  await new Promise(setImmediate)
  expect(scene.asked.filter((text) => text === 'refs')).toHaveLength(1)
  scene.prefetch[Symbol.dispose]()
  await begun(scene)
  expect(scene.asked.filter((text) => text === 'refs')).toHaveLength(1)
})

it('what was read during a pass is forgotten with it, as it may be older than the push', async () => {
  const scene = open()
  await begun(scene)
  scene.tip = 'b'
  scene.prefetch.forget(key)
  expect(await pass(scene.prefetch.readerOf(key))).toBe('b')
})
