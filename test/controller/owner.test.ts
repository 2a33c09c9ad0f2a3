import { expect, it } from 'vitest'
import type { KubeObject } from '#io/cluster/cluster.ts'
import { AppError } from '#core/error.ts'
import { FluxOwner, type FluxOwnerOptions } from '#controller/owner.ts'
import { keepingLog } from '../conformance/cluster.scene.ts'
import { fakeScene, kindOf } from '../io/cluster/scene.ts'
import { ManualClock } from './trigger-scene.ts'

const image = 'image.toolkit.fluxcd.io'
const policy = { group: image, kind: 'ImagePolicy' } as const
const automation = { group: image, kind: 'ImageUpdateAutomation' } as const
const source = { group: 'source.toolkit.fluxcd.io', kind: 'GitRepository' } as const

/** Flux's Leases in memory, and an owner that reads them. */
class OwnerScene implements AsyncDisposable {
  readonly clock = new ManualClock()
  readonly told: string[] = []
  changes = 0
  failure: AppError | undefined
  readonly owner: FluxOwner
  readonly #leases = new Map<string, { renewTime: string; holderIdentity: string }>()

  constructor(mode: FluxOwnerOptions['mode'] = 'auto', before: (scene: OwnerScene) => void = () => undefined) {
    before(this)
    const log = keepingLog()
    this.owner = new FluxOwner({
      cluster: { get: async (_gvr, { name }) => this.#read(name) },
      mode,
      namespace: 'flux-system',
      clock: this.clock,
      log: { ...log, info: (text) => void this.told.push(text), warn: (text) => void this.told.push(text) },
      onChange: () => (this.changes += 1),
    })
  }

  /** Flux's clock may go wrong by so much. */
  renew(name: string, skewMs = 0, holderIdentity = 'flux-0'): void {
    const renewTime = new Date(this.clock.now() + skewMs).toISOString().replace('Z', '000Z')
    this.#leases.set(`${name}-leader-election`, { renewTime, holderIdentity })
  }

  remove(name: string): void {
    this.#leases.delete(`${name}-leader-election`)
  }

  /** What is ours of a policy, an automation, a GitRepository. */
  ours(): readonly boolean[] {
    return [policy, automation, source].map((kind) => this.owner.owns(kind))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.owner[Symbol.asyncDispose]()
  }

  async #read(name: string): Promise<KubeObject | undefined> {
    if (this.failure !== undefined) throw this.failure
    const spec = this.#leases.get(name)
    return spec && { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name }, spec }
  }
}

const [reflector, automator, sources] = [
  'image-reflector-controller',
  'image-automation-controller',
  'source-controller',
] as const

it.each([
  ['own', [true, true, true], 0],
  ['ignore', [false, false, false], 4],
] as const)('%s decides without a look', async (mode, ours, ceded) => {
  await using scene = new OwnerScene(mode, (flux) => flux.renew(reflector))
  await scene.owner.known
  expect(scene.ours()).toEqual(ours)
  expect(scene.owner.ceded()).toHaveLength(ceded)
  expect(scene.owner.owns({ group: 'tagboat.dev', kind: 'ImagePolicy' })).toBe(true)
})

it('until it has looked, Flux is taken to be alive', async () => {
  await using scene = new OwnerScene()
  expect(scene.ours()).toEqual([false, false, false])
  expect(scene.owner.owns({ group: 'tagboat.dev', kind: 'GitRepository' })).toBe(true)
  await scene.owner.known
  expect(scene.ours()).toEqual([true, true, true])
  expect(scene.changes).toBe(1)
})

it("each controller's kinds are left to it while it is alive, and that is said once", async () => {
  await using scene = new OwnerScene('auto', (flux) => flux.renew(reflector))
  for (let minute = 0; minute < 5; minute += 1) {
    await scene.clock.advance(1000)
    scene.renew(reflector)
    await scene.clock.advance(60_000)
    expect(scene.ours()).toEqual([false, true, true])
  }
  expect(scene.owner.ceded()).toEqual([{ group: image, kind: 'ImageRepository' }, policy])
  expect(scene.told.filter((text) => text.includes(reflector))).toEqual([
    `Flux's ${reflector} is alive and keeps ImageRepository.${image} and ImagePolicy.${image}`,
  ])
})

it('37 of two controllers only one acts: Flux comes, goes, and comes back', async () => {
  await using scene = new OwnerScene()
  await scene.clock.advance(0)
  scene.renew(automator)
  await scene.clock.advance(60_000)
  expect(scene.ours()).toEqual([true, false, true])
  // It is killed: its Lease stays as it was.
  await scene.clock.advance(60_000)
  expect(scene.ours()).toEqual([true, true, true])
  scene.renew(automator)
  await scene.clock.advance(60_000)
  expect(scene.ours()).toEqual([true, false, true])
  expect(scene.changes).toBe(4)
})

it('a Lease that was given back, or deleted, is of nobody', async () => {
  await using scene = new OwnerScene('auto', (flux) => [reflector, sources].map((name) => flux.renew(name)))
  await scene.clock.advance(0)
  expect(scene.ours()).toEqual([false, true, false])
  scene.renew(reflector, 0, '')
  scene.remove(sources)
  await scene.clock.advance(60_000)
  expect(scene.ours()).toEqual([true, true, true])
})

it('the leftover Lease of a Flux that is gone holds us up for 15 s', async () => {
  await using scene = new OwnerScene('auto', (flux) => flux.renew(reflector, -3_600_000))
  await scene.clock.advance(14_000)
  expect(scene.ours()).toEqual([false, true, true])
  await scene.clock.advance(1000)
  expect(scene.ours()).toEqual([true, true, true])
})

it.each([-3_600_000, 3_600_000])('a living Flux whose clock is %d ms off is seen to live', async (skewMs) => {
  await using scene = new OwnerScene('auto', (flux) => flux.renew(reflector, skewMs))
  for (let second = 0; second < 200; second += 5) {
    await scene.clock.advance(5000)
    scene.renew(reflector, skewMs)
    expect(scene.owner.owns(policy)).toBe(false)
  }
})

it('a step of our own clock changes nothing', async () => {
  await using scene = new OwnerScene('auto', (flux) => flux.renew(reflector))
  await scene.clock.advance(1000)
  scene.clock.wallOffset += 86_400_000
  for (let minute = 0; minute < 3; minute += 1) {
    scene.renew(reflector, -86_400_000)
    await scene.clock.advance(60_000)
    expect(scene.owner.owns(policy)).toBe(false)
  }
})

it('who cannot see leaves everything as it was', async () => {
  await using scene = new OwnerScene('auto', (flux) => flux.renew(sources))
  await scene.clock.advance(0)
  scene.failure = new AppError('CLUSTER_FORBIDDEN', 'no')
  await scene.clock.advance(120_000)
  expect(scene.ours()).toEqual([true, true, false])
  await using blind = new OwnerScene('auto', (flux) => (flux.failure = new AppError('CLUSTER_FORBIDDEN', 'no')))
  await blind.owner.known
  expect(blind.ours()).toEqual([false, false, false])
})

it('reads the Leases of an API server', async () => {
  await using scene = await fakeScene()
  const metadata = { namespace: 'flux-system', name: `${automator}-leader-election` }
  const spec = { holderIdentity: 'flux-0', renewTime: new Date().toISOString() }
  scene.fake.put(kindOf('leases'), { metadata, spec })
  const clock = new ManualClock()
  clock.wallOffset = Date.now()
  await using owner = new FluxOwner({
    cluster: scene.cluster,
    mode: 'auto',
    namespace: 'flux-system',
    clock,
    log: keepingLog(),
    onChange: () => undefined,
  })
  await owner.known
  expect(owner.ceded()).toEqual([automation])
})
