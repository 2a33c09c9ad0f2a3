import { expect, it } from 'vitest'
import { keyOf } from '#core/api/object-ref.ts'
import { nextStatus } from '#core/status/next-status.ts'
import type { ScanStore } from '#flow/ports.ts'
import { reconcile } from '#flow/reconcile.ts'
import { select } from '#flow/select.ts'
import { openFlowWorld, policyYaml, repositoryYaml, type FlowWorld } from './world.ts'

/** Scans and elects; `afterMs` moves the clock, so that the list is read again. */
async function pass(world: FlowWorld, { afterMs = 0, name = 'p' } = {}) {
  const ports = { ...world.ports, clock: { ...world.ports.clock, now: () => Date.now() + afterMs } }
  const repository = await world.get('ImageRepository', 'app')
  await reconcile(keyOf(repository), ports, { signal: world.signal })
  const policy = await world.get('ImagePolicy', name)
  const plan = await select.plan(policy, ports, world.signal)
  const outcome = await select.act(plan, ports, world.signal)
  await ports.resourceWriter.putStatus(keyOf(policy), nextStatus<object>(policy, outcome), world.signal)
  return { plan, outcome, status: (await world.get('ImagePolicy', name)).status }
}

const elevenMinutes = 11 * 60_000

it('elects the newest version and says what was before', async () => {
  await using world = await openFlowWorld({
    resources: repositoryYaml('app') + policyYaml('p', 'semver: {range: 1.x}'),
  })
  world.push('1.0.0', '2.0.0')
  const first = await pass(world)
  expect(first.status?.latestRef).toEqual({ name: world.image, tag: '1.0.0' })
  expect(first.outcome.conditions[0]?.message).toBe(`Latest image tag for ${world.image} resolved to 1.0.0`)
  world.push('1.1.0')
  const second = await pass(world, { afterMs: elevenMinutes })
  expect(second.status).toMatchObject({ latestRef: { tag: '1.1.0' }, observedPreviousRef: { tag: '1.0.0' } })
  expect(second.outcome.conditions[0]?.message).toBe(
    `Latest image tag for ${world.image} resolved to 1.1.0 (previously ${world.image}:1.0.0)`,
  )
  expect(second.status?.explanation).toMatchObject({ counts: { selected: 1, superseded: 1, 'out-of-range': 1 } })
})

it('waits with a reason while there is no list, and when nothing fits', async () => {
  await using world = await openFlowWorld({
    resources: repositoryYaml('app') + policyYaml('p', 'semver: {range: 9.x}'),
  })
  const policy = await world.get('ImagePolicy', 'p')
  const early = await select.act(await select.plan(policy, world.ports, world.signal), world.ports, world.signal)
  expect(early.conditions[0]).toMatchObject({ status: 'False', reason: 'DependencyNotReady' })
  world.push('1.0.0')
  const { outcome } = await pass(world)
  expect(outcome.conditions[0]).toMatchObject({
    status: 'False',
    reason: 'NoMatchingTag',
    message: `no tag of ${world.image} satisfies semver 9.x: 1 tags, 1 after filterTags, 1 rejected`,
  })
})

it('looks again soon while the list is not the one that was reported', async () => {
  await using world = await openFlowWorld({
    resources: repositoryYaml('app') + policyYaml('p', 'semver: {range: 1.x}'),
  })
  world.push('1.0.0')
  expect((await pass(world)).outcome.requeueAfterMs).toBeUndefined()
  world.push('1.1.0')
  const { scans } = world.ports
  const forgetful: ScanStore = {
    load: async (...args) => scans.load(...args),
    save: async () => {},
    announcedAt: async (...args) => scans.announcedAt(...args),
    announce: async (...args) => scans.announce(...args),
    alone: async (...args) => scans.alone(...args),
  }
  const later = { ...world.ports.clock, now: () => Date.now() + elevenMinutes }
  const repository = keyOf(await world.get('ImageRepository', 'app'))
  await reconcile(repository, { ...world.ports, scans: forgetful, clock: later }, { signal: world.signal })
  const policy = await world.get('ImagePolicy', 'p')
  const early = await select.act(await select.plan(policy, world.ports, world.signal), world.ports, world.signal)
  expect(early).toMatchObject({ status: { latestRef: { tag: '1.0.0' } }, requeueAfterMs: 10_000 })
  const { outcome } = await pass(world, { afterMs: elevenMinutes })
  expect(outcome).toMatchObject({ status: { latestRef: { tag: '1.1.0' } }, requeueAfterMs: undefined })
})

it('never lowers an election because a tag vanished, and says how to go on', async () => {
  await using world = await openFlowWorld({
    resources: repositoryYaml('app') + policyYaml('p', 'semver: {range: 1.x}'),
  })
  world.push('1.0.0', '1.1.0')
  await pass(world)
  world.registry.deleteTag('team/app', '1.1.0')
  const { status, outcome } = await pass(world, { afterMs: elevenMinutes })
  expect(status?.latestRef?.tag).toBe('1.1.0')
  expect(outcome.conditions.map(({ type }) => type)).toEqual(['Ready', 'ElectionHeld'])
  expect(outcome.conditions[1]).toMatchObject({ reason: 'TagGone' })
  expect(outcome.conditions[1]?.message).toMatch(
    /^keeping 1\.1\.0: it left the tag list at .*; next candidate is 1\.0\.0; /,
  )
})

it('goes down where WhenTagRemoved allows it: absent in two scans, and the registry says 404', async () => {
  const policy = policyYaml('p', 'semver: {range: 1.x}', {
    metadata: `annotations: {tagboat.dev/spec: '{"allowDowngrade": "WhenTagRemoved"}'}`,
  })
  await using world = await openFlowWorld({ resources: repositoryYaml('app') + policy })
  world.push('1.0.0', '1.1.0')
  await pass(world)
  world.registry.deleteTag('team/app', '1.1.0')
  expect((await pass(world, { afterMs: elevenMinutes })).status?.latestRef?.tag).toBe('1.1.0')
  const second = await pass(world, { afterMs: 2 * elevenMinutes })
  expect(second.status?.latestRef?.tag).toBe('1.0.0')
  expect(second.outcome.events).toEqual([
    expect.objectContaining({
      reason: 'Downgraded',
      message: '1.0.0 replaces higher 1.1.0: 1.1.0 was removed from the registry',
    }),
  ])
})

it.each([
  { reflection: 'Never', first: false, moved: 'none' },
  { reflection: 'IfNotPresent', first: true, moved: 'kept' },
  { reflection: 'Always', first: true, moved: 'followed' },
])('reflects digests: $reflection', async ({ reflection, first, moved }) => {
  const interval = reflection === 'Always' ? ', interval: 1m' : ''
  const spec = `digestReflectionPolicy: ${reflection}${interval}`
  await using world = await openFlowWorld({
    resources: repositoryYaml('app') + policyYaml('p', 'alphabetical: {}', { spec }),
  })
  const old = world.registry.pushImage({ repository: 'team/app', tag: 'latest' })
  expect((await pass(world)).status?.latestRef?.digest).toBe(first ? old : undefined)
  const now = world.registry.pushImage({ repository: 'team/app', tag: 'latest', createdAt: 1 })
  const expected = { none: undefined, kept: old, followed: now }[moved]
  expect((await pass(world, { afterMs: elevenMinutes })).status?.latestRef?.digest).toBe(expected)
})

it('asks for platforms of the best candidates only, and takes the first that has them', async () => {
  const policy = policyYaml('p', 'semver: {range: 1.x}', {
    metadata: `annotations: {tagboat.dev/spec: '{"platforms": ["linux/amd64", "linux/arm64"]}'}`,
  })
  await using world = await openFlowWorld({ resources: repositoryYaml('app') + policy })
  world.registry.pushImage({ repository: 'team/app', tag: '1.0.0', platforms: ['linux/amd64', 'linux/arm64'] })
  world.registry.pushImage({ repository: 'team/app', tag: '1.1.0', platforms: ['linux/amd64'] })
  const { plan, status } = await pass(world)
  expect(status?.latestRef?.tag).toBe('1.0.0')
  expect(plan.selection?.candidates).toContainEqual(
    expect.objectContaining({ tag: '1.1.0', verdict: 'platform-missing' }),
  )
})

it('refuses a repository of another namespace with one text for absent and forbidden', async () => {
  const policy = policyYaml('p', 'semver: {range: 1.x}').replace('{name: app}', '{name: app, namespace: other}')
  const forbidden = repositoryYaml('app').replace('namespace: apps', 'namespace: other')
  const messages: string[] = []
  for (const extra of ['', forbidden]) {
    await using world = await openFlowWorld({
      resources:
        (extra || forbidden.replace('name: app', 'name: app2')) +
        policy.replace('name: app,', extra === '' ? 'name: app2,' : 'name: app,'),
    })
    const found = await world.get('ImagePolicy', 'p')
    const error = await select.plan(found, world.ports, world.signal).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'RESOURCE_ACCESS_DENIED', reason: 'AccessDenied' })
    messages.push((error as Error).message.replaceAll('app2', 'app'))
  }
  expect(new Set(messages).size).toBe(1)
})
