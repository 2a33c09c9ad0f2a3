import { setTimeout as sleep } from 'node:timers/promises'
import { manifests, appFile } from '../controller/end-to-end/manifests.ts'
import { openCrowd, timeUntil, usage, writes, type Crowd } from './controller/crowd.ts'
import type { Figure } from './figure.ts'

function sum(counts: ReadonlyMap<string, number>, but: readonly string[] = []): number {
  return [...counts].reduce((total, [resource, count]) => total + (but.includes(resource) ? 0 : count), 0)
}

/** 200 ImageRepositories of 100 tags each are created at once. */
async function created(): Promise<{ readonly ms: number; readonly writesEach: number }> {
  const count = 200
  await using crowd = await openCrowd({ repositories: count, interval: '1h' })
  const replica = await crowd.start()
  const before = sum(await writes(replica), ['leases'])
  const startedAt = performance.now()
  await crowd.create(count, 0)
  await timeUntil(async () => (await crowd.ready('imagerepositories')) === count, 60_000)
  const ms = performance.now() - startedAt
  await sleep(2000) // what is written late counts too
  return { ms, writesEach: (sum(await writes(replica), ['leases']) - before) / count }
}

interface Steady {
  /** Share of one core in percent. */
  readonly cpu: number
  readonly rssMib: number
  /** From the start of the process over an empty Redis until every list has been read again. */
  readonly restartMs: number
  readonly restartWrites: number
}

const measured = new Map<boolean, Promise<Steady>>()

/** 1,000 repositories and 2,000 policies at an interval of five minutes, settled; then the same after Redis was wiped. */
async function steady(quick: boolean): Promise<Steady> {
  const count = quick ? 200 : 1000
  await using crowd = await openCrowd({ repositories: count, interval: '5m' })
  const first = await crowd.start()
  await crowd.create(count, 2)
  await allReady(crowd, count)
  await sleep(quick ? 5000 : 60_000) // the first lists are spread over the interval by then
  const seconds = quick ? 20 : 120
  const before = await usage(first.pid)
  await sleep(seconds * 1000)
  const after = await usage(first.pid)
  first.kill('SIGTERM')
  await first.ended
  await crowd.world.redis.command('FLUSHALL')
  crowd.registry.forget()
  const startedAt = performance.now()
  const second = await crowd.start()
  await timeUntil(async () => crowd.registry.count('tags') >= count, 120_000)
  await allReady(crowd, count)
  const restartMs = performance.now() - startedAt
  await sleep(3000)
  const restartWrites = sum(await writes(second), ['leases'])
  return { cpu: (after.cpuMs - before.cpuMs) / (seconds * 10), rssMib: after.rssMib, restartMs, restartWrites }
}

async function allReady(crowd: Crowd, count: number): Promise<void> {
  await timeUntil(async () => (await crowd.ready('imagerepositories')) === count, 180_000)
  await timeUntil(async () => (await crowd.ready('imagepolicies')) === count * 2, 180_000)
}

async function shared(quick: boolean): Promise<Steady> {
  const known = measured.get(quick) ?? steady(quick)
  measured.set(quick, known)
  return known
}

/** Objects that do not change: what is asked of the API server and of Git all the same. */
async function idle(quick: boolean): Promise<{ readonly writes: number; readonly fetches: number }> {
  const count = quick ? 50 : 166 // with two policies each, 500 objects
  await using crowd = await openCrowd({ repositories: count, interval: quick ? '5s' : '1m' })
  const { world } = crowd
  const image = `${world.registry.host}/team/app`
  await world.push('1.0.0')
  await world.repository.commit('main', { 'apps/app.yaml': appFile(image, '1.0.0') })
  const replica = await crowd.start()
  await crowd.create(count, 2)
  await world.apply(manifests({ image, url: world.server.url, interval: quick ? '5s' : '1m' }))
  await timeUntil(async () => (await crowd.ready('imagerepositories')) === count + 1, 60_000)
  await timeUntil(async () => (await crowd.ready('imageupdateautomations')) === 1, 60_000)
  await sleep(10_000)
  const [before, seen] = [sum(await writes(replica), ['leases']), world.server.requests.length]
  await sleep(quick ? 20_000 : 300_000)
  const fetches = packs(world.server.requests.slice(seen))
  return { writes: sum(await writes(replica), ['leases']) - before, fetches }
}

/** A look at the refs is a GET and a POST in protocol 2; each further POST is for a pack. */
function packs(requests: readonly { readonly method: string }[]): number {
  const posts = requests.filter(({ method }) => method === 'POST').length
  return Math.max(0, posts - (requests.length - posts))
}

export const figures: readonly Figure[] = [
  {
    name: 'controller: 200 ImageRepositories × 100 tags created at once, until all are Ready',
    unit: 'ms',
    reach: '≤ 3,000 ms and ≤ 2 writes to the API server each',
    repeats: 1,
    run: async () => {
      const { ms, writesEach } = await created()
      return {
        value: ms,
        ok: ms <= 3000 && writesEach <= 2,
        against: { name: `Flux 1.2 as measured, 8 requests each (here ${writesEach.toFixed(2)} writes)`, value: 5900 },
      }
    },
  },
  {
    name: 'controller: 1,000 repositories and 2,000 policies at 5 min, steady (--quick: 200 and 400)',
    unit: '% of a core',
    reach: '≤ 30 %',
    repeats: 1,
    run: async ({ quick }) => {
      const { cpu } = await shared(quick)
      return { value: cpu, ok: cpu <= 30 }
    },
  },
  {
    name: 'controller: resident memory in that state',
    unit: 'MiB',
    reach: '≤ 300 MiB',
    repeats: 1,
    run: async ({ quick }) => {
      const { rssMib } = await shared(quick)
      return { value: rssMib, ok: rssMib <= 300 }
    },
  },
  {
    name: 'controller: start with those objects over an empty Redis, until every list is read again',
    unit: 'ms',
    reach: '≤ 60,000 ms and no write to the API server',
    repeats: 1,
    run: async ({ quick }) => {
      const { restartMs, restartWrites } = await shared(quick)
      return { value: restartMs, ok: restartMs <= 60_000 && restartWrites === 0 }
    },
  },
  {
    name: 'controller: idle for 5 min with 500 objects (--quick: 20 s, 150), writes to the API server and packs from Git',
    unit: 'requests',
    reach: '0',
    repeats: 1,
    run: async ({ quick }) => {
      const found = await idle(quick)
      return { value: found.writes + found.fetches, ok: found.writes + found.fetches === 0 }
    },
  },
]
