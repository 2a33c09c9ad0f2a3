import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, readdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { openRedis, type Redis } from '#io/store/redis/open.ts'
import { answersPing } from '#io/store/redis/ping.ts'
import { startPrivateRedis } from '#io/store/redis/private.ts'
import { temporaryFolder } from '../../../services/temporary-folder.ts'
import { clock, listeningLog, signal, until } from './scene.ts'

const socketOf = (url: string): string => decodeURIComponent(url.slice('unix://'.length))

async function open(url: string): Promise<Redis> {
  const redis = await openRedis({ url, prefix: 'p', environment: {}, clock, log: listeningLog() })
  await redis.ready(signal)
  return redis
}

it('serves on a socket of our own alone, keeps nothing on disk and drops nothing', async () => {
  await using folder = await temporaryFolder('a b')
  const inside = join(folder.path, 'not yet there')
  await using server = await startPrivateRedis({ log: listeningLog(), folder: inside })
  await using redis = await open(server.url)
  const settings = await Promise.all(
    ['port', 'save', 'appendonly', 'maxmemory-policy'].map(async (name) => redis.store.config('GET', name)),
  )
  expect(settings).toEqual([
    ['port', '0'],
    ['save', ''],
    ['appendonly', 'no'],
    ['maxmemory-policy', 'noeviction'],
  ])
  const socket = socketOf(server.url)
  expect(dirname(dirname(socket))).toBe(inside)
  expect((await stat(dirname(socket))).mode & 0o777).toBe(0o700)
})

it('leaves nothing behind when it ends', async () => {
  await using folder = await temporaryFolder('private')
  const server = await startPrivateRedis({ log: listeningLog(), folder: folder.path })
  const socket = socketOf(server.url)
  expect(await answersPing(socket)).toBe(true)
  await server[Symbol.asyncDispose]()
  expect(await answersPing(socket)).toBe(false)
  expect(await readdir(folder.path)).toEqual([])
})

it('lies elsewhere where the path of its socket would be too long', async () => {
  await using folder = await temporaryFolder('private')
  await using server = await startPrivateRedis({ log: listeningLog(), folder: join(folder.path, 'x'.repeat(90)) })
  expect(await answersPing(socketOf(server.url))).toBe(true)
})

it('starts again should it end by itself', async () => {
  const log = listeningLog()
  await using server = await startPrivateRedis({ log })
  await using redis = await open(server.url)
  await redis.store.call('SHUTDOWN', 'NOSAVE').catch(() => undefined)
  await until(() => !redis.isUp())
  await redis.ready(signal)
  expect(log.warnings).toEqual(['the private Redis has ended; starting it again'])
})

it('ends when our process is killed', async () => {
  await using folder = await temporaryFolder('killed')
  const program = `
    import { startPrivateRedis } from '#io/store/redis/private.ts'
    const nothing = () => undefined
    const log = { debug: nothing, info: nothing, warn: nothing, error: nothing }
    const server = await startPrivateRedis({ log, folder: ${JSON.stringify(folder.path)} })
    console.log(server.url)
    setInterval(nothing, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [url] = (await once(child.stdout, 'data')) as [Buffer]
  const socket = socketOf(url.toString().trim())
  expect(await answersPing(socket)).toBe(true)
  child.kill('SIGKILL')
  await until(async () => !(await answersPing(socket)))
})

it('starts where the guard of the system cannot do what is asked of it', async () => {
  await using folder = await temporaryFolder('path')
  await addProgram(join(folder.path, 'setpriv'), 'unrecognized option')
  await using server = await startPrivateRedis({ log: listeningLog(), environment: { PATH: folder.path } })
  expect(await answersPing(socketOf(server.url))).toBe(true)
})

it('says what to do where there is no redis-server, or one that does not start', async () => {
  await using folder = await temporaryFolder('path')
  const program = join(folder.path, 'redis-server')
  await addProgram(program, 'cannot do that')
  const starting = startPrivateRedis({ log: listeningLog(), environment: { PATH: folder.path } })
  await expect(starting).rejects.toMatchObject({
    code: 'REDIS_MISSING',
    message: `${program} ended at once: cannot do that`,
    hint: 'set REDIS_URL or --redis to a Redis, or install redis-server',
  })
})

async function addProgram(path: string, says: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\necho "${says}"\nexit 1\n`)
  await chmod(path, 0o755)
}
