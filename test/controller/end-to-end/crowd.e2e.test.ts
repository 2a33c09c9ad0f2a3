import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openCrowd, writes } from '../../bench/controller/crowd.ts'
import { until } from './installation.ts'

/** Of each of the two kinds. */
const count = 500

it('1,000 objects are created at once: each is scanned once, and no write changes nothing', async () => {
  await using crowd = await openCrowd({ repositories: count, interval: '1h', tags: 5 })
  const { registry, world } = crowd
  const replica = await crowd.start()
  registry.forget()
  await crowd.create(count, 1)
  for (const resource of ['imagerepositories', 'imagepolicies']) {
    await until(`all ${resource} are Ready`, async () => (await crowd.ready(resource)) === count, 180)
  }
  const lists = registry.seen.filter(({ path }) => path.endsWith('/tags/list'))
  expect(lists).toHaveLength(count)
  expect(new Set(lists.map(({ path }) => path)).size).toBe(count)
  const before = await writes(replica)
  // At most what is on the way and what came of it.
  expect(before.get('imagerepositories')).toBeLessThanOrEqual(2 * count)
  expect(before.get('imagepolicies')).toBeLessThanOrEqual(3 * count)
  const versions = async (): Promise<string> => JSON.stringify(await Promise.all(resourceVersions(world)))
  const settled = await until('the last events are posted', async () => {
    const now = await versions()
    await sleep(1000)
    return now === (await versions()) && now
  })
  await sleep(5000)
  expect(await versions()).toBe(settled)
  expect(registry.seen.filter(({ path }) => path.endsWith('/tags/list'))).toHaveLength(count)
}, 400_000)

/** Of the lists: they change with any object of theirs. */
function resourceVersions({ kubernetes }: Awaited<ReturnType<typeof openCrowd>>['world']): readonly Promise<unknown>[] {
  return ['imagerepositories', 'imagepolicies'].map(async (resource) => {
    const { value } = await kubernetes.send('GET', `/apis/tagboat.dev/v1/namespaces/apps/${resource}`)
    const { items } = value as {
      readonly items: readonly { readonly metadata: { readonly resourceVersion: string } }[]
    }
    return items.map(({ metadata }) => metadata.resourceVersion)
  })
}
