import { expect, it } from 'vitest'
import { ClusterFailure } from '#io/cluster/failure.ts'
import { keyText } from '#core/api/object-ref.ts'
import { jobWork, type WorkOptions } from '#controller/work.ts'
import type { CachedResource } from '#io/cluster/cluster.ts'
import type { Ports } from '#flow/ports.ts'
import { openFlowWorld, repositoryYaml, type FlowWorld } from '../flow/world.ts'

const { signal } = new AbortController()
const key = { group: 'image.toolkit.fluxcd.io', kind: 'ImageRepository', namespace: 'apps', name: 'app' } as const

interface Scene {
  readonly failures: Map<string, number>
  readonly explained: string[]
  readonly removed: string[]
  /** Times that the object was read anew. */
  refreshed: number
}

/** The work over real ports, whose objects come from a file. */
async function openWork(
  world: FlowWorld,
  overrides: Partial<Omit<WorkOptions, 'portsOf'>> & {
    readonly alter?: (cached: CachedResource) => CachedResource | undefined
    readonly ports?: Partial<Ports>
  } = {},
) {
  const scene: Scene = { failures: new Map(), explained: [], removed: [], refreshed: 0 }
  const { alter = (cached: CachedResource) => cached, ports = {}, ...options } = overrides
  const current: { cached: CachedResource | undefined } = { cached: undefined }
  const load = async (): Promise<void> => {
    const resource = await world.ports.resources.get(key, signal)
    current.cached = resource && alter({ is: 'resource', resource })
  }
  await load()
  const work = jobWork({
    resources: {
      cached: () => current.cached,
      refresh: async () => {
        scene.refreshed += 1
        await load()
        return undefined
      },
      removeFinalizer: async (_key, finalizer) => void scene.removed.push(finalizer),
    },
    failures: {
      get: async (name) => scene.failures.get(name) ?? 0,
      set: async (name, count) => void scene.failures.set(name, count),
    },
    owns: () => true,
    retry: { minMs: 750, maxMs: 900_000 },
    random: () => 0.5,
    portsOf: () => ({ ...world.ports, ...ports, said: () => ['what the step said'] }),
    ...options,
  })
  const explain = async (lines: readonly string[]): Promise<void> => void scene.explained.push(...lines)
  const job = { id: 'scan/1', key, explain, holdsLock: async () => true }
  return { scene, run: async () => work(job, signal) }
}

it('reconciles the object and keeps what was said', async () => {
  await using world = await openFlowWorld({ resources: repositoryYaml('app') })
  world.push('1.0.0')
  const { scene, run } = await openWork(world)
  expect(await run()).toEqual({ key, gone: false, afterMs: expect.closeTo(600_000, -5) })
  expect(scene.explained[0]).toBe('what the step said')
  expect(scene.failures.get(keyText(key)) ?? 0).toBe(0)
})

it('counts failures for all replicas, and forgets them with the first success', async () => {
  await using world = await openFlowWorld({ resources: repositoryYaml('app') })
  const { scene, run } = await openWork(world)
  expect(await run()).toMatchObject({ error: { code: 'REGISTRY_NOT_FOUND' } })
  expect(await run()).toMatchObject({ error: { code: 'REGISTRY_NOT_FOUND' } })
  expect(scene.failures.get(keyText(key))).toBe(2)
  world.push('1.0.0')
  expect(await run()).not.toHaveProperty('error')
  expect(scene.failures.get(keyText(key))).toBe(0)
})

it('asks the API server before it believes that an object is gone', async () => {
  await using world = await openFlowWorld({ resources: repositoryYaml('app') })
  world.push('1.0.0')
  let isFirst = true
  const { scene, run } = await openWork(world, {
    alter: (cached) => {
      const shown = isFirst ? undefined : cached
      isFirst = false
      return shown
    },
  })
  expect(await run()).toMatchObject({ gone: false })
  expect(scene.refreshed).toBe(1)
  const none = await openWork(world, { alter: () => undefined })
  expect(await none.run()).toEqual({ key, gone: true, afterMs: undefined })
})

it('leaves objects to whoever owns them', async () => {
  await using world = await openFlowWorld({ resources: repositoryYaml('app') })
  const { run } = await openWork(world, { owns: () => false })
  expect(await run()).toEqual({ key, gone: false, afterMs: undefined })
  expect(world.registry.host).not.toBe('')
})

it("takes Flux's finalizer off what is being deleted, and does no more with it", async () => {
  await using world = await openFlowWorld({ resources: repositoryYaml('app') })
  const { scene, run } = await openWork(world, {
    alter: (cached) => {
      if (cached.is !== 'resource') return cached
      const metadata = { ...cached.resource.metadata, deletionTimestamp: '2026-01-02T03:04:05Z' }
      return { is: 'resource', resource: { ...cached.resource, metadata } as typeof cached.resource }
    },
  })
  expect(await run()).toEqual({ key, gone: false, afterMs: undefined })
  expect(scene.removed).toEqual(['finalizers.fluxcd.io'])
})

it('looks again when somebody else has written the status, and gives up after some tries', async () => {
  await using world = await openFlowWorld({ resources: repositoryYaml('app') })
  world.push('1.0.0')
  let conflicts = 2
  const conflict = new ClusterFailure('CLUSTER_CONFLICT', 'it has moved on', {
    status: 409,
    reason: 'Conflict',
    causes: [],
    retryAfterMs: undefined,
  })
  const resourceWriter: Ports['resourceWriter'] = {
    putStatus: async () => {
      conflicts -= 1
      if (conflicts >= 0) throw conflict
    },
    putEvents: async () => undefined,
  }
  const { scene, run } = await openWork(world, { ports: { resourceWriter } })
  expect(await run()).not.toHaveProperty('error')
  expect(scene.refreshed).toBe(2)
  conflicts = 99
  await expect(run()).rejects.toBe(conflict)
})
