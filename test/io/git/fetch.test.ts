import { randomBytes } from 'node:crypto'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openChaosProxy } from '../../fakes/chaos-proxy.ts'
import { openTestGit, remoteOf, type TestGit, type TestGitOptions } from '../../services/git-client.ts'
import { serveHttp } from '../../services/git-http.ts'
import { bareRepository, type Changes } from '../../services/git.ts'

const signal = AbortSignal.timeout(60_000)

async function openScene(files: Changes, options: TestGitOptions = {}) {
  await using stack = new AsyncDisposableStack()
  const repository = stack.use(await bareRepository(files))
  const client = stack.use(await openTestGit(options))
  const http = stack.use(await serveHttp(repository.path))
  const remote = remoteOf(http.url)
  const fetch = async (commit: string): Promise<void> =>
    client.git.fetch(remote, new Map([['refs/heads/main', commit]]), signal)
  const resources = stack.move()
  return { repository, client, http, remote, fetch, [Symbol.asyncDispose]: async () => resources.disposeAsync() }
}

function packsOf({ cacheDir }: TestGit): readonly string[] {
  const mirrors = join(cacheDir, 'git', 'mirrors')
  const [mirror = ''] = readdirSync(mirrors)
  return readdirSync(join(mirrors, mirror, 'objects', 'pack'))
}

it('asks the remote for nothing that it has', async () => {
  await using scene = await openScene({ 'a.yaml': 'a: 1\n' })
  const first = (await scene.repository.tip('main')) ?? ''
  await scene.fetch(first)
  await scene.repository.commit('main', { 'a.yaml': 'a: 2\n' })
  await scene.fetch((await scene.repository.tip('main')) ?? '')
  const before = scene.http.requests.length
  await scene.fetch(first)
  await scene.client.again().fetch(scene.remote, new Map([['refs/heads/main', first]]), signal)
  await scene.fetch((await scene.repository.tip('main')) ?? '')
  expect(scene.http.requests.length).toBe(before)
})

it('an unchanged remote costs one request for its refs', async () => {
  await using scene = await openScene({ 'a.yaml': 'a: 1\n' })
  await scene.fetch((await scene.repository.tip('main')) ?? '')
  const before = scene.http.requests.length
  const { refs } = await scene.client.git.remoteRefs(scene.remote, ['refs/heads/main'], signal)
  await scene.client.git.fetch(scene.remote, refs, signal)
  // Protocol version 2 greets first (GET) and asks then (POST).
  expect(scene.http.requests.slice(before).map(({ method }) => method)).toEqual(['GET', 'POST'])
})

it('A29 ends a fetch that is larger than anybody wants, and leaves nothing of it', async () => {
  const random = randomBytes(2_000_000).toString('latin1')
  await using scene = await openScene({ 'a.bin': random }, { maxFetchBytes: 50_000 })
  await using proxy = await openChaosProxy(scene.http.port, { toClient: { bytesPerSecond: 300_000 } })
  const slow = remoteOf(scene.remote.url.address.replace(`127.0.0.1:${scene.http.port}`, proxy.host))
  const tip = (await scene.repository.tip('main')) ?? ''
  const fetched = scene.client.git.fetch(slow, new Map([['refs/heads/main', tip]]), signal)
  await expect(fetched).rejects.toMatchObject({ code: 'GIT_TOO_LARGE' })
  expect(packsOf(scene.client)).toEqual([])
})

it('many packs become few', async () => {
  await using scene = await openScene({ 'a.yaml': 'a: 0\n' })
  await scene.fetch((await scene.repository.tip('main')) ?? '')
  const mirrors = join(scene.client.cacheDir, 'git', 'mirrors')
  const pack = join(mirrors, readdirSync(mirrors)[0] ?? '', 'objects', 'pack')
  // Names that count; git knows a pack by its index and passes these over.
  for (let index = 0; index < 60; index++) writeFileSync(join(pack, `pack-${index}.pack`), '')
  await scene.fetch(await scene.repository.commit('main', { 'a.yaml': 'a: 1\n' }))
  expect(packsOf(scene.client).filter((name) => name.endsWith('.idx'))).toHaveLength(1)
  const tip = (await scene.repository.tip('main')) ?? ''
  expect((await scene.client.git.read(scene.remote, tip, ['a.yaml'], signal)).get('a.yaml')).toBe('a: 1\n')
})

it('sweeps what a killed fetch left', async () => {
  await using scene = await openScene({ 'a.yaml': 'a: 1\n' })
  await scene.fetch((await scene.repository.tip('main')) ?? '')
  const mirrors = join(scene.client.cacheDir, 'git', 'mirrors')
  const mirror = join(mirrors, readdirSync(mirrors)[0] ?? '')
  const [ref = ''] = readdirSync(join(mirror, 'refs', 'tagboat'))
  const left = [join('objects', 'pack', 'tmp_pack_x'), join('refs', 'tagboat', `${ref}.lock`), 'packed-refs.lock']
  for (const name of left) writeFileSync(join(mirror, name), '')
  await scene.fetch(await scene.repository.commit('main', { 'a.yaml': 'a: 2\n' }))
  expect(readdirSync(mirror, { recursive: true }).filter((name) => left.includes(String(name)))).toEqual([])
})
