import { describe, expect, it } from 'vitest'
import type { BrokenResource } from '#core/api/live.ts'
import { keyOf } from '#core/api/object-ref.ts'
import { AppError } from '#core/error.ts'
import { reconcile, settleBroken } from '#flow/reconcile.ts'
import { failing, memoryWorld } from './memory-ports.ts'
import { automationRows, policyRows, repositoryRows } from './reason-rows.ts'
import { linesOf, made, passTwice, promised, signal, worldOf, type Row } from './rows.ts'

describe('what an ImageRepository says', () => {
  it.each(Object.entries(repositoryRows))('%s', async (_, row) => {
    expect(await passTwice('ImageRepository', row)).toEqual(promised(row))
  })
})

describe('what an ImagePolicy says', () => {
  it.each(Object.entries(policyRows))('%s', async (_, row) => {
    expect(await passTwice('ImagePolicy', row)).toEqual(promised(row))
  })
})

describe('what an ImageUpdateAutomation says', () => {
  it.each(Object.entries(automationRows))('%s', async (_, row) => {
    expect(await passTwice('ImageUpdateAutomation', row)).toEqual(promised(row))
  })
})

const down: Row = {
  registry: { listTags: failing(new AppError('REGISTRY_UNAVAILABLE', 'ghcr.io: no answer')) },
  says: [],
}

describe('reconcile', () => {
  it('waits between failures within the limits that it is given', async () => {
    const { world, object } = await worldOf('ImageRepository', down)
    const limits = { minMs: 10, maxMs: 40 }
    const waits = await Promise.all(
      [0, 1, 9].map(async (failures) => reconcile(keyOf(object), world.ports, { signal, failures, limits })),
    )
    expect(waits.map((next) => next.kind === 'again' && next.afterMs)).toEqual([10, 20, 40])
  })

  it('tells of a failure that goes on every hour, and writes nothing for it', async () => {
    const { world, object } = await worldOf('ImageRepository', down)
    const told: number[] = []
    for (let failures = 0; failures < 24; failures += 1) {
      const before = world.events.length
      await reconcile(keyOf(object), world.ports, { signal, failures })
      if (world.events.length > before) told.push(failures + 1)
    }
    // 12 tries take 26 minutes; from then on there are four an hour.
    expect(told).toEqual([1, 15, 19, 23])
    expect(world.writes).toHaveLength(1)
  })

  it('never comes back sooner than after a second', async () => {
    const { world, object } = await worldOf('ImageRepository', { spec: { interval: '0s' }, says: [] })
    expect(await reconcile(keyOf(object), world.ports, { signal })).toMatchObject({ afterMs: 1000 })
  })

  it('is due when the list is an interval old, whoever has read it', async () => {
    const { world, object } = await worldOf('ImageRepository', { spec: { interval: '10m' }, says: [] })
    await reconcile(keyOf(object), world.ports, { signal })
    world.pass(240_000)
    expect(await reconcile(keyOf(object), world.ports, { signal })).toMatchObject({ afterMs: 360_000 })
    // Timers are spread by 5 %.
    world.pass(335_000)
    expect(await reconcile(keyOf(object), world.ports, { signal })).toMatchObject({ afterMs: 600_000 })
  })

  it.each([
    ['suspended', { spec: { suspend: true } }, { kind: 'again', afterMs: undefined, failures: 0 }],
    ['being deleted', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }, { kind: 'gone' }],
  ])('leaves an object alone that is %s', async (_, fields, next) => {
    const { world, object } = await worldOf('ImageRepository', { ...fields, says: [] })
    expect(await reconcile(keyOf(object), world.ports, { signal })).toEqual(next)
    expect([world.writes, world.events]).toEqual([[], []])
  })

  it('marks a request as handled also where the pass failed', async () => {
    const metadata = { annotations: { 'reconcile.fluxcd.io/requestedAt': 'now' } }
    const { world, object } = await worldOf('ImageRepository', { ...down, metadata })
    await reconcile(keyOf(object), world.ports, { signal })
    expect(world.get(keyOf(object)).status?.lastHandledReconcileAt).toBe('now')
  })
})

describe('settleBroken', () => {
  const broken: BrokenResource = {
    ...made('ImageRepository'),
    reason: 'ImageURLInvalid',
    message: `image 'a:1' should not include a tag; remove ':1'`,
    problems: [],
  }

  it('says once what is wrong, and is not tried again', async () => {
    const object = made('ImageRepository')
    const world = memoryWorld({ objects: [object] })
    const next = await settleBroken(broken, world.ports, signal)
    expect(next).toMatchObject({ kind: 'again', afterMs: undefined, failures: 0, error: { reason: 'ImageURLInvalid' } })
    expect(linesOf(world, object)).toEqual([
      `Ready=False ImageURLInvalid: image 'a:1' should not include a tag; remove ':1'`,
      `Stalled=True ImageURLInvalid: image 'a:1' should not include a tag; remove ':1'`,
    ])
    await settleBroken({ ...broken, status: world.get(keyOf(object)).status }, world.ports, signal)
    expect(world.writes).toEqual(['ImageRepository/web'])
    expect(world.events.map(({ type, reason }) => `${type} ${reason}`)).toEqual(['Warning ImageURLInvalid'])
  })
})
