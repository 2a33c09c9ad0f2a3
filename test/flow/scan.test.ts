import { hash } from 'node:crypto'
import { expect, it } from 'vitest'
import { scan } from '#flow/scan.ts'
import { nextStatus } from '#core/status/next-status.ts'
import type { ImageRepository } from '#core/api/image-repository.ts'
import { keyOf, keyText } from '#core/api/object-ref.ts'
import { AppError } from '#core/error.ts'
import { makeAuthority } from '../fakes/certificate.ts'
import { openFlowWorld, repositoryYaml, type FlowWorld } from './world.ts'

/** A pass over the ImageRepository, with its status kept; `now` moves the clock. */
async function pass(world: FlowWorld, name = 'app', now = Date.now()) {
  const repository = await world.get('ImageRepository', name)
  const ports = { ...world.ports, clock: { ...world.ports.clock, now: () => now } }
  const plan = await scan.plan(repository, ports, world.signal)
  const outcome = await scan.act(plan, ports, world.signal)
  await ports.resourceWriter.putStatus(keyOf(repository), nextStatus<object>(repository, outcome), world.signal)
  return { plan, outcome, status: (await world.get('ImageRepository', name)).status }
}

it('lists all tags, drops excluded ones, and says so in Flux’s words', async () => {
  await using world = await openFlowWorld({ resources: repositoryYaml('app') })
  world.push('1.0.0', '1.1.0', '1.1.0.sig')
  const { plan, status } = await pass(world)
  expect(plan.stored.tags).toEqual(['1.1.0.sig', '1.1.0', '1.0.0'])
  expect(status).toMatchObject({
    canonicalImageName: world.image,
    observedExclusionList: ['^.*\\.sig$'],
    lastScanResult: { tagCount: 2, latestTags: ['1.1.0', '1.0.0'] },
  })
  expect(status?.conditions?.[0]).toMatchObject({
    type: 'Ready',
    status: 'True',
    reason: 'Succeeded',
    message: `successful scan: found 2 tags with checksum ${status?.lastScanResult?.revision}`,
  })
})

it('makes no request before the interval is over, and one for two objects with the same image', async () => {
  await using world = await openFlowWorld({
    resources: repositoryYaml('app') + repositoryYaml('twin', 'exclusionList: ["^1.0"]'),
  })
  world.push('1.0.0', '1.1.0')
  const [first, twin] = await Promise.all([pass(world), pass(world, 'twin')])
  expect([first.plan.requests, twin.plan.requests].toSorted((a, b) => a - b)).toEqual([0, 1])
  expect(twin.status?.lastScanResult?.tagCount).toBe(1)
  expect((await pass(world)).plan.requests).toBe(0)
  const later = Date.now() + 10 * 60_000
  expect((await pass(world, 'app', later)).plan.requests).toBe(1)
})

it('reads a list anew that is from the future, since the clock was set back', async () => {
  await using world = await openFlowWorld({ resources: repositoryYaml('app') })
  world.push('1.0.0')
  const hourMs = 3_600_000
  expect((await pass(world, 'app', Date.now() + hourMs)).plan.requests).toBe(1)
  const back = await pass(world, 'app', Date.now())
  expect(back.plan.requests).toBe(1)
  expect(back.outcome.requeueAfterMs).toBeLessThanOrEqual(hourMs / 6)
  // Clocks of two replicas differ a little: no reason to ask again, nor to wait longer.
  const behind = await pass(world, 'app', back.plan.stored.scannedAt - 1000)
  expect(behind.plan).toMatchObject({ requests: 0, dueAfterMs: back.plan.dueAfterMs })
})

it('F28 keeps the former list when it shrinks, until a second scan confirms it', async () => {
  await using world = await openFlowWorld({ resources: repositoryYaml('app') })
  const tags = Array.from({ length: 12 }, (_, index) => `1.${index}.0`)
  world.push(...tags)
  const first = await pass(world)
  for (const tag of tags.slice(2)) world.registry.deleteTag('team/app', tag)
  const second = await pass(world, 'app', Date.now() + 11 * 60_000)
  expect(second.outcome.conditions).toContainEqual({
    type: 'ListSuspect',
    status: 'True',
    reason: 'ListShrank',
    message: 'tag list shrank from 12 to 2; keeping the previous list until a second scan confirms it',
  })
  expect(second.plan.stored.tags).toEqual(first.plan.stored.tags)
  expect(second.status?.lastScanResult?.tagCount).toBe(12)
  const third = await pass(world, 'app', Date.now() + 25 * 60_000)
  expect(third.status?.lastScanResult?.tagCount).toBe(2)
  expect(third.outcome.conditions.map(({ type }) => type)).toEqual(['Ready'])
})

it('fails whole when the registry has no such repository, with Flux’s prefix', async () => {
  await using world = await openFlowWorld({ resources: repositoryYaml('app') })
  await expect(pass(world)).rejects.toMatchObject({
    code: 'REGISTRY_NOT_FOUND',
    reason: 'ReadOperationFailed',
    message: expect.stringMatching(/^scan failed: /) as string,
  })
})

it('warns of keys of a TLS Secret that Flux has replaced', async () => {
  const ca = JSON.stringify(makeAuthority().cert)
  const secret = `---\napiVersion: v1\nkind: Secret\nmetadata: {name: tls, namespace: apps}\nstringData: {caFile: ${ca}}\n`
  await using world = await openFlowWorld({ resources: repositoryYaml('app', 'certSecretRef: {name: tls}') + secret })
  world.push('1.0.0')
  const { outcome } = await pass(world)
  expect(outcome.conditions).toContainEqual({
    type: 'SpecWarning',
    status: 'True',
    reason: 'DeprecatedKeys',
    message: 'spec.certSecretRef: Secret apps/tls: caFile is now ca.crt',
  })
})

const hookSecret = (token: string): string =>
  `---\napiVersion: v1\nkind: Secret\nmetadata: {name: hook, namespace: apps}\nstringData: {token: ${token}}\n`
const token = 'a-token-of-enough-bytes'

it.each([
  ['generic', hookSecret(token), `/hook/${hash('sha256', `${token}appapps`)}`, undefined],
  ['generic', hookSecret('short'), undefined, 'WeakToken'],
  ['generic', '', undefined, 'WebhookSecretIncomplete'],
  ['generic-oidc', hookSecret(token), undefined, 'FeatureNotSupported'],
])('says where a webhook of type %s listens, or why it does not', async (type, secret, path, reason) => {
  const webhook = `webhook: {type: ${type}, secretRef: {name: hook}}`
  const own = repositoryYaml('app', webhook).replace('image.toolkit.fluxcd.io', 'tagboat.dev')
  await using world = await openFlowWorld({ resources: own + secret })
  world.push('1.0.0')
  const key = { group: 'tagboat.dev', kind: 'ImageRepository', namespace: 'apps', name: 'app' } as const
  const repository = (await world.ports.resources.get(key, world.signal)) as ImageRepository
  const outcome = await scan.act(await scan.plan(repository, world.ports, world.signal), world.ports, world.signal)
  expect(outcome.status).toMatchObject({ webhookPath: path })
  expect(outcome.conditions.find((condition) => condition.type === 'SpecWarning')?.reason).toBe(reason)
})

it('asks the registry at once after an announcement', async () => {
  await using world = await openFlowWorld({ resources: repositoryYaml('app') })
  world.push('1.0.0')
  const now = Date.now()
  await pass(world, 'app', now)
  const key = keyText(keyOf(await world.get('ImageRepository', 'app')))
  await world.ports.scans.announce(key, now + 1000, world.signal)
  world.push('1.1.0')
  expect((await pass(world, 'app', now + 1000)).status?.lastScanResult?.tagCount).toBe(2)
  expect((await pass(world, 'app', now + 2000)).plan.requests).toBe(0)
})

it('stays Ready while a registry asks for a pause, until the list is two intervals old', async () => {
  await using world = await openFlowWorld({ resources: repositoryYaml('app') })
  world.push('1.0.0')
  const first = await pass(world)
  const pause = new AppError('REGISTRY_RATE_LIMITED', 'too many', { retry: { afterMs: 90_000 } })
  const registry = { ...world.ports.registry, listTags: async () => Promise.reject(pause) }
  const limited: FlowWorld = { ...world, ports: { ...world.ports, registry }, [Symbol.asyncDispose]: async () => {} }
  const scannedAt = first.plan.stored.scannedAt
  const second = await pass(limited, 'app', scannedAt + 11 * 60_000)
  expect(second.outcome.requeueAfterMs).toBe(90_000)
  expect(second.outcome.conditions.map(({ type, status, reason }) => [type, status, reason])).toEqual([
    ['Ready', 'True', 'Succeeded'],
    ['RateLimited', 'True', 'TooManyRequests'],
  ])
  expect(second.outcome.conditions[1]?.message).toMatch(/^until \d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/)
  expect(second.status?.lastScanResult).toEqual(first.status?.lastScanResult)
  await expect(pass(limited, 'app', scannedAt + 20 * 60_000)).rejects.toMatchObject({ reason: 'RateLimited' })
})
