import { describe, expect, it } from 'vitest'
import type { ImagePolicy } from '#core/api/image-policy.ts'
import { keyOf } from '#core/api/object-ref.ts'
import { reconcile } from '#flow/reconcile.ts'
import { MemoryScanStore } from '#io/store/memory.ts'
import { memoryWorld, type MemoryWorld, type Scene } from '../memory-ports.ts'
import { linesOf, made, signal } from '../rows.ts'

const image = 'ghcr.io/acme/web'
const ranged = (range: string): object => ({ policy: { semver: { range } } })

/** Scans and elects in turn; the policy as it is then. */
async function elect(world: MemoryWorld, generation = 1, spec: object = {}): Promise<ImagePolicy> {
  const known = world.get(keyOf(made('ImagePolicy')))
  world.put({ ...made('ImagePolicy', spec, { generation }), status: known.status })
  await reconcile(keyOf(made('ImageRepository')), world.ports, { signal })
  await reconcile(keyOf(known), world.ports, { signal })
  return world.get(keyOf(known)) as ImagePolicy
}

function open(scene: Partial<Scene> = {}): MemoryWorld {
  return memoryWorld({ objects: [made('ImageRepository'), made('ImagePolicy')], ...scene })
}

/** The same world with another store of lists. */
function without(world: MemoryWorld): MemoryWorld {
  return { ...world, ports: { ...world.ports, scans: new MemoryScanStore() } }
}

const readyOf = ({ status }: ImagePolicy) => status?.conditions?.find(({ type }) => type === 'Ready')?.message

describe('an election', () => {
  it('has its time, its reasons and the ref before it, and all of it stays when nothing changes', async () => {
    const world = open({ tags: ['1.0.0', '2.0.0', 'x'] })
    const first = await elect(world, 1, ranged('1.x'))
    expect(first.status).toMatchObject({
      latestRef: { name: image, tag: '1.0.0' },
      election: { time: '2026-01-01T00:00:00Z' },
      explanation: {
        counts: { selected: 1, 'out-of-range': 1, 'not-a-version': 1 },
        rejections: [
          { tag: 'x', verdict: 'not-a-version' },
          { tag: '2.0.0', verdict: 'out-of-range' },
        ],
      },
    })
    expect(first.status).not.toHaveProperty('observedPreviousRef')
    world.pass(60_000)
    const second = await elect(world, 2, ranged('2.x'))
    expect(second.status).toMatchObject({
      latestRef: { tag: '2.0.0' },
      observedPreviousRef: { name: image, tag: '1.0.0' },
      election: { time: '2026-01-01T00:01:00Z' },
    })
    expect(world.events.at(-1)).toEqual({
      type: 'Normal',
      reason: 'Succeeded',
      message: `Latest image tag for ${image} resolved to 2.0.0 (previously ${image}:1.0.0)`,
      metadata: { image, tag: '2.0.0', previous: '1.0.0' },
    })
    world.pass(60_000)
    expect((await elect(world, 2, ranged('2.x'))).status).toBe(second.status)
  })

  it('that a changed spec has lowered says so until the next one', async () => {
    const world = open({ tags: ['1.0.0', '2.0.0'] })
    await elect(world, 1, ranged('*'))
    const lowered = await elect(world, 2, ranged('1.x'))
    const text = `Latest image tag for ${image} resolved to 1.0.0 (previously ${image}:2.0.0) (lowered by spec change)`
    expect(readyOf(lowered)).toBe(text)
    expect(world.events.filter(({ reason }) => reason === 'Downgraded')).toEqual([
      {
        type: 'Normal',
        reason: 'Downgraded',
        message: '1.0.0 replaces higher 2.0.0: spec changed',
        metadata: { image, tag: '1.0.0', previous: '2.0.0' },
      },
    ])
    expect((await elect(world, 2, ranged('1.x'))).status).toBe(lowered.status)
  })

  it('that is held back is told as a downgrade', async () => {
    const tags = ['1.0.0', '1.1.0']
    const listTags = async () => ({
      tags: tags.toReversed() as never,
      dropped: { invalid: 0, artefact: 0 },
      requests: 1,
    })
    const world = open({ registry: { listTags } })
    await elect(world)
    tags.pop()
    world.pass(3_600_000)
    const held = await elect(world)
    expect(held.status?.latestRef?.tag).toBe('1.1.0')
    expect(held.status?.explanation?.rejections).toEqual([
      { tag: '1.0.0', verdict: 'downgrade', reason: 'lower than the present choice' },
    ])
    for (const hours of [1, 2, 3]) {
      world.pass(3_600_000)
      const again = await elect(world)
      // The second scan proves the absence; what follows is nothing new.
      expect([hours, again.status?.election?.missedScans]).toEqual([hours, 2])
    }
    const { length } = world.writes
    world.pass(3_600_000)
    await elect(world)
    expect(world.writes).toHaveLength(length)
  })
})

describe('a list that got lost', () => {
  it('changes nothing in the status of a policy that has elected', async () => {
    const world = open()
    const { status } = await elect(world)
    const bare = without(world)
    await reconcile(keyOf(made('ImagePolicy')), bare.ports, { signal })
    expect(bare.get(keyOf(made('ImagePolicy'))).status).toBe(status)
  })

  it('keeps the ref of a policy whose spec has changed, which is not Ready before it is judged', async () => {
    const world = open({ tags: ['1.0.0', '2.0.0'] })
    const { status } = await elect(world)
    world.put({ ...made('ImagePolicy', ranged('2.x'), { generation: 2 }), status })
    await reconcile(keyOf(made('ImagePolicy')), without(world).ports, { signal })
    expect(linesOf(world, made('ImagePolicy'))).toEqual([
      'Ready=False DependencyNotReady: ImageRepository apps/web has no accepted scan yet',
    ])
    const after = world.get(keyOf(made('ImagePolicy')))
    expect(after.status).toMatchObject({ latestRef: { tag: '1.0.0' }, observedGeneration: 1 })
  })
})

describe('intervals of digests', () => {
  it.each([
    [{}, undefined],
    [{ digestReflectionPolicy: 'Always', interval: '5m' }, 300_000],
    [{ digestReflectionPolicy: 'Always', interval: '0s' }, 600_000],
  ])('%j: looked at again after %s ms', async (spec, afterMs) => {
    const world = open()
    await elect(world, 1, spec)
    expect(await reconcile(keyOf(made('ImagePolicy')), world.ports, { signal })).toMatchObject({ afterMs })
  })
})
