import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { systemClock } from '#io/clock.ts'
import { acquireLock } from '#io/git/lock.ts'
import { ownIdentity } from '#io/git/processes.ts'
import { temporaryFolder } from '../../services/temporary-folder.ts'

const identity = ownIdentity()

function lock(path: string, signal: AbortSignal = AbortSignal.timeout(10_000)): Promise<AsyncDisposable> {
  return acquireLock({ path, identity, clock: systemClock, signal })
}

it('lets one in at a time, in the order of asking', async () => {
  await using folder = await temporaryFolder('lock')
  const path = join(folder.path, 'x.lock')
  const story: string[] = []
  const work = async (name: string): Promise<void> => {
    await using stack = new AsyncDisposableStack()
    stack.use(await lock(path))
    story.push(`${name} in`)
    await systemClock.sleep(5, AbortSignal.timeout(1000))
    story.push(`${name} out`)
  }
  await Promise.all(['a', 'b', 'c'].map(work))
  expect(story).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out'])
  expect(readdirSync(folder.path)).toEqual([])
})

it('waits for another process, and takes over when it has died', async () => {
  await using folder = await temporaryFolder('lock')
  const path = join(folder.path, 'x.lock')
  writeFileSync(path, identity)
  await expect(lock(path, AbortSignal.timeout(100))).rejects.toMatchObject({ code: 'CANCELLED' })
  expect(existsSync(path)).toBe(true)
  writeFileSync(path, identity.replace(/^\d+/, '999999999'))
  await (await lock(path))[Symbol.asyncDispose]()
  expect(readdirSync(folder.path)).toEqual([])
})

it('takes over from another container only after a quarter of an hour', async () => {
  await using folder = await temporaryFolder('lock')
  const path = join(folder.path, 'x.lock')
  writeFileSync(path, '1.1.boot.elsewhere')
  await expect(lock(path, AbortSignal.timeout(100))).rejects.toMatchObject({ code: 'CANCELLED' })
  const longAgo = Date.now() / 1000 - 1000
  utimesSync(path, longAgo, longAgo)
  await (await lock(path))[Symbol.asyncDispose]()
})

it('who gives up does not hold up those behind', async () => {
  await using folder = await temporaryFolder('lock')
  const path = join(folder.path, 'x.lock')
  const first = await lock(path)
  const second = lock(path, AbortSignal.timeout(50)).catch(() => 'gave up')
  const third = lock(path)
  expect(await second).toBe('gave up')
  await first[Symbol.asyncDispose]()
  await (await third)[Symbol.asyncDispose]()
  await expect(lock(path, AbortSignal.abort(new Error('no more')))).rejects.toThrow('no more')
})
