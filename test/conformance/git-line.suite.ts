import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { PushRequest } from '#flow/ports.ts'
import { openChaosProxy, type ChaosProxy } from '../fakes/chaos-proxy.ts'
import { leftProcesses } from '../services/git-client.ts'
import { freePort } from '../services/ports.ts'
import type { SetScene } from './git.scene.ts'

const files = { 'a.yaml': 'a: 1\n' }
const author = { name: 'Tagboat', email: 'tagboat@example.com' }

/** What a network does to a push and a fetch. */
export function lineCases(setScene: SetScene): void {
  it('a server that says nothing is given up in time, and nothing goes on running', async () => {
    await using scene = await setScene(files)
    await using proxy = await openChaosProxy(scene.port, { toClient: { blackHole: true } })
    const remote = { ...(await scene.through(portOf(proxy))), timeoutMs: 700 }
    const looked = scene.git.remoteRefs(remote, ['refs/heads/main'], scene.signal)
    await expect(looked).rejects.toMatchObject({ code: 'GIT_TIMEOUT' })
    expect(leftProcesses(scene.client.cacheDir)).toEqual([])
  })

  it('stopping ends git and all that it started', async () => {
    await using scene = await setScene(files)
    await using proxy = await openChaosProxy(scene.port, { toClient: { blackHole: true } })
    const remote = await scene.through(portOf(proxy))
    const controller = new AbortController()
    const looked = scene.git.remoteRefs(remote, ['refs/heads/main'], controller.signal)
    const caught = looked.catch((error: unknown) => error)
    await until(() => leftProcesses(scene.client.cacheDir).length > 1)
    controller.abort()
    expect(await caught).toMatchObject({ code: 'CANCELLED' })
    expect(leftProcesses(scene.client.cacheDir)).toEqual([])
  })

  it('nobody listens', async () => {
    await using scene = await setScene(files)
    const remote = await scene.through(await freePort())
    const looked = scene.git.remoteRefs(remote, ['refs/heads/main'], scene.signal)
    await expect(looked).rejects.toMatchObject({ code: 'GIT_REMOTE_UNAVAILABLE' })
  })

  it('a fetch whose line dies leaves a mirror that the next one completes', async () => {
    const noise = Array.from({ length: 40_000 }, (_, index) => (index * 7919) % 104_729).join(' ')
    await using scene = await setScene({ 'a.yaml': noise })
    await using proxy = await openChaosProxy(scene.port, { toClient: { cut: { after: 60_000, how: 'reset' } } })
    const remote = await scene.through(portOf(proxy))
    const tip = (await scene.repository.tip('main')) ?? ''
    const wanted = new Map([['refs/heads/main', tip]])
    await expect(scene.git.fetch(remote, wanted, scene.signal)).rejects.toMatchObject({
      code: 'GIT_REMOTE_UNAVAILABLE',
    })
    proxy.set({})
    await scene.git.fetch(remote, wanted, scene.signal)
    expect((await scene.git.read(remote, tip, ['a.yaml'], scene.signal)).get('a.yaml')).toBe(noise)
  })

  it.each([true, false])('a push whose answer is lost is unknown; landed: %s', async (lands) => {
    await using scene = await setScene(files)
    const { repository, git } = scene
    await using proxy = await openChaosProxy(scene.port)
    const remote = await scene.through(portOf(proxy))
    const parent = await scene.fetchTip()
    await git.fetch(remote, new Map([['refs/heads/main', parent]]), scene.signal)
    const commit = await git.commit(
      remote,
      { parent, files: new Map([['a.yaml', 'a: 2\n']]), message: 'm', author, at: 0 },
      scene.signal,
    )
    await repository.hook(
      'pre-receive',
      `touch waiting; while ! test -e go; do sleep 0.02; done; exit ${lands ? 0 : 1}`,
    )
    const request: PushRequest = { updates: [{ commit, ref: 'refs/heads/main', expect: 'fast-forward' }], options: [] }
    const pushing = git.push(remote, request, scene.signal)
    await until(() => existsSync(join(repository.path, 'waiting')))
    proxy.set({ toClient: { cut: { after: 0, how: 'reset' } } })
    writeFileSync(join(repository.path, 'go'), '')
    expect(await pushing).toMatchObject({ kind: 'unknown' })
    await until(async () => (await repository.tip('main')) === (lands ? commit : parent))
  })

  it('a push that its deadline ends is unknown, and nothing goes on running', async () => {
    await using scene = await setScene(files)
    const parent = await scene.fetchTip()
    const commit = await scene.git.commit(
      scene.remote,
      { parent, files: new Map([['a.yaml', 'a: 2\n']]), message: 'm', author, at: 0 },
      scene.signal,
    )
    await scene.repository.hook('pre-receive', 'sleep 5')
    const request: PushRequest = { updates: [{ commit, ref: 'refs/heads/main', expect: 'fast-forward' }], options: [] }
    const result = await scene.git.push({ ...scene.remote, timeoutMs: 1500 }, request, scene.signal)
    expect(result).toMatchObject({ kind: 'unknown', text: expect.stringContaining('not done within its time') })
    expect(leftProcesses(scene.client.cacheDir)).toEqual([])
  })
}

function portOf(proxy: ChaosProxy): number {
  return Number(proxy.host.split(':')[1])
}

/** Waits for something that another process does; the test's own time is the limit. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await wait(20)
}
