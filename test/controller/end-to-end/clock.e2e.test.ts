import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { until, type Replica } from './installation.ts'
import { metric, sharedScene } from './scene.ts'

const scene = sharedScene()
const loader = fileURLToPath(new URL('clock-step.ts', import.meta.url))
const hourMs = 3_600_000

async function scans(replica: Replica): Promise<number> {
  return metric(replica, 'tagboat_registry_requests_total', { kind: 'tags' })
}

it('the wall clock is set by an hour: no storm of scans, no pause, no lower tag, the same leader', async () => {
  const { folder, replica, release, committed, get } = scene()
  const file = join(folder, 'clock')
  await writeFile(file, '0')
  const one = await replica([], { NODE_OPTIONS: `--import=${loader}`, CLOCK_STEP: file })
  await until('it leads', async () => (await metric(one, 'tagboat_leader')) === 1)
  await committed(await release())
  for (const wrongMs of [hourMs, -hourMs]) {
    await writeFile(file, String(wrongMs))
    await sleep(100) // until it is read
    const before = await scans(one)
    await sleep(11_000)
    const during = (await scans(one)) - before
    // Every five seconds, and never more often than that.
    expect(during).toBeGreaterThanOrEqual(1)
    expect(during).toBeLessThanOrEqual(4)
    expect(await metric(one, 'tagboat_leader')).toBe(1)
    const tag = await release()
    await committed(tag)
    expect((await get('imagepolicies', 'app'))?.status).toMatchObject({ latestRef: { tag } })
  }
  const run = one.ended
  one.kill('SIGTERM')
  const { stderr } = await run
  const times = stderr.split('\n').flatMap((line) => /"time":"([^"]+)"/.exec(line)?.[1] ?? [])
  const spanMs = Math.max(...times.map(Date.parse)) - Math.min(...times.map(Date.parse))
  expect(spanMs).toBeGreaterThan(hourMs) // the clock was wrong indeed
}, 180_000)
