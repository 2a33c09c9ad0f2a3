import { specHash } from '#core/policy/spec-hash.ts'
import { parseLive } from '#core/api/live.ts'
import { keyOf, keyText, type ObjectRef } from '#core/api/object-ref.ts'
import type { Clock } from '#flow/ports.ts'
import type { CachedResource, ResourceChange } from '#io/cluster/cluster.ts'
import { systemHashes } from '#io/hash.ts'
import { AppError } from '#core/error.ts'
import { Dispatcher, type DispatcherOptions } from '#controller/dispatch.ts'
import type { JobAdder } from '#controller/outbox.ts'
import { References } from '#controller/references.ts'
import { wakesOf } from '#controller/wake.ts'
import { keepingLog } from '../conformance/cluster.scene.ts'

type Json = Readonly<Record<string, unknown>>

/** An object as a test writes it: what differs from an ordinary one of its kind. */
export interface Written {
  readonly name?: string
  readonly namespace?: string
  readonly group?: string
  readonly metadata?: Json
  readonly spec?: Json
  readonly status?: Json
}

const specs: Readonly<Record<string, Json>> = {
  ImageRepository: { image: 'ghcr.io/acme/web', interval: '5m' },
  ImagePolicy: { imageRepositoryRef: { name: 'web' }, policy: { semver: { range: '*' } } },
  GitRepository: { url: 'https://git.acme.org/config', interval: '5m' },
  ImageUpdateAutomation: {
    sourceRef: { kind: 'GitRepository', name: 'web' },
    interval: '5m',
    git: { commit: { author: { email: 'bot@acme.org' } } },
  },
}

/** A whole object of a kind, parsed as the cache does. */
export function live(kind: string, written: Written = {}): CachedResource {
  const { name = 'web', namespace = 'apps', group = 'tagboat.dev', metadata, spec, status } = written
  const parsed = parseLive({
    apiVersion: `${group}/v1`,
    kind,
    metadata: { name, namespace, uid: `${kind}-${name}`, generation: 1, ...metadata },
    spec: { ...specs[kind], ...spec },
    status,
  })
  if (parsed.is === 'foreign') throw new Error(`${kind} is foreign`)
  return parsed
}

/** A status that says that this generation was worked through. */
export function settled(fields: Json = {}, ready = 'True'): Json {
  const condition = { type: 'Ready', status: ready, reason: 'Succeeded', message: '', observedGeneration: 1 }
  return { observedGeneration: 1, conditions: [condition], ...fields }
}

export function keyIn(cached: CachedResource): ObjectRef {
  return keyOf(cached.is === 'resource' ? cached.resource : cached.broken)
}

export function change(before: CachedResource | undefined, after: CachedResource | undefined): ResourceChange {
  const either = after ?? before
  if (either === undefined) throw new Error('nothing changed')
  return { key: keyIn(either), before, after }
}

/** Short for people: `ImagePolicy apps/web`, with the group where it is Flux's. */
export function shown({ group, kind, namespace, name }: ObjectRef): string {
  return `${group === 'tagboat.dev' ? '' : 'flux '}${kind} ${namespace}/${name}`
}

/** Lets everything run that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/** A clock that stands until it is moved; sleepers wake in their order, each with everything at rest. */
export class ManualClock implements Clock {
  passed = 0
  /** What a person does to the computer's clock. */
  wallOffset = 1_750_000_000_000
  readonly #sleepers = new Set<Sleeper>()

  now(): number {
    return this.wallOffset + this.passed
  }

  monotonic(): number {
    return this.passed
  }

  random(): number {
    return 0.5
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw new AppError('CANCELLED', 'stopped while waiting')
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const sleeper = { at: this.passed + ms, wake: resolve }
    this.#sleepers.add(sleeper)
    signal.addEventListener('abort', () => reject(new AppError('CANCELLED', 'stopped while waiting')), { once: true })
    await promise.finally(() => this.#sleepers.delete(sleeper))
  }

  async advance(ms: number): Promise<void> {
    const until = this.passed + ms
    for (;;) {
      await settle()
      const next = [...this.#sleepers].toSorted((a, b) => a.at - b.at)[0]
      if (next === undefined || next.at > until) break
      this.passed = Math.max(this.passed, next.at)
      this.#sleepers.delete(next)
      next.wake()
    }
    this.passed = until
    await settle()
  }
}

/** Queues that keep what was added until a test takes it. */
export class FakeQueues implements JobAdder {
  /** `ImagePolicy apps/web@250`: what was added when. */
  readonly added: string[] = []
  readonly waiting = new Set<string>()
  requests = 0
  isDown = false
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async addAll(keys: readonly ObjectRef[]): Promise<void> {
    this.requests += 1
    await Promise.resolve()
    if (this.isDown) throw new AppError('QUEUE_UNAVAILABLE', 'Redis is away')
    for (const key of keys) {
      this.added.push(`${shown(key)}@${this.#clock.monotonic()}`)
      this.waiting.add(keyText(key))
    }
  }

  async holds(key: ObjectRef): Promise<boolean> {
    await Promise.resolve()
    if (this.isDown) throw new AppError('QUEUE_UNAVAILABLE', 'Redis is away')
    return this.waiting.has(keyText(key))
  }

  /** What was added since the last call. */
  take(): readonly string[] {
    return this.added.splice(0)
  }
}

/** A dispatcher over objects in memory. */
export class DispatchScene implements AsyncDisposable {
  readonly clock = new ManualClock()
  readonly queues = new FakeQueues(this.clock)
  readonly log = keepingLog()
  readonly references = new References()
  readonly dispatcher: Dispatcher
  readonly #objects = new Map<string, CachedResource>()

  constructor(options: Partial<DispatcherOptions> = {}) {
    this.dispatcher = new Dispatcher({
      resources: { cached: (key) => this.#objects.get(keyText(key)) },
      references: this.references,
      queues: this.queues,
      clock: this.clock,
      log: this.log,
      sha256: systemHashes.sha256,
      owns: () => true,
      selects: () => true,
      window: { quietMs: 250, maxMs: 2000 },
      ...options,
    })
  }

  /** An object appears or changes, as the watch would tell. */
  put(after: CachedResource): ObjectRef {
    const key = keyIn(after)
    const before = this.#objects.get(keyText(key))
    this.#objects.set(keyText(key), after)
    this.references.put(key, after)
    this.dispatcher.take(wakesOf({ key, before, after }, this.references))
    return key
  }

  remove(key: ObjectRef): void {
    const before = this.#objects.get(keyText(key))
    this.#objects.delete(keyText(key))
    this.references.remove(key)
    this.dispatcher.forget(key)
    this.dispatcher.take(wakesOf({ key, before, after: undefined }, this.references))
  }

  /** The job of an object ends. */
  finish(key: ObjectRef, afterMs?: number): void {
    this.queues.waiting.delete(keyText(key))
    this.dispatcher.finished({ key, afterMs, gone: false })
  }

  /** It ends with an error that only a change cures. */
  stall(key: ObjectRef): void {
    this.queues.waiting.delete(keyText(key))
    const error = { code: 'RESOURCE_INVALID', message: 'no' }
    this.dispatcher.finished({ key, afterMs: undefined, gone: false, error })
  }

  /** What was added since the last call, once everything is at rest. */
  async added(): Promise<readonly string[]> {
    await settle()
    return this.queues.take()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispatcher[Symbol.asyncDispose]()
  }
}

/** `status.election` of a policy that has elected by what is written in it and in its repository. */
export function electedBy(policy: CachedResource, repository: CachedResource): Json {
  if (policy.is !== 'resource' || policy.resource.kind !== 'ImagePolicy') throw new Error('no policy')
  if (repository.is !== 'resource' || repository.resource.kind !== 'ImageRepository') throw new Error('no repository')
  const { image, exclusionList } = repository.resource.spec
  const hash = specHash({ spec: policy.resource.spec, image, exclusions: exclusionList }, systemHashes.sha256)
  return { specHash: hash, time: '2026-01-02T03:04:05Z' }
}
