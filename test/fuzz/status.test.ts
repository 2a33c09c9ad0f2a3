import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import type { AnyResource, ResourceKind } from '#core/api/kinds.ts'
import { keyOf } from '#core/api/object-ref.ts'
import { statusSchemas } from '#core/api/status-schemas.ts'
import { AppError } from '#core/error.ts'
import { reconcile } from '#flow/reconcile.ts'
import { MemoryScanStore } from '#io/store/memory.ts'
import { head, memoryWorld } from '../flow/memory-ports.ts'
import { made, signal } from '../flow/rows.ts'

const kinds: readonly ResourceKind[] = ['ImageRepository', 'ImagePolicy', 'GitRepository', 'ImageUpdateAutomation']

/** What may happen to a small installation. */
type Turn =
  | { readonly is: 'tags'; readonly tags: readonly string[] }
  | { readonly is: 'registry' | 'git'; readonly down: boolean }
  | { readonly is: 'range'; readonly range: string }
  | { readonly is: 'value'; readonly tag: string }
  | { readonly is: 'asked'; readonly at: string }
  | { readonly is: 'wiped' }
  | { readonly is: 'calm'; readonly minutes: number }

const version = fc.constantFrom('1.0.0', '1.1.0', '1.2.0', '2.0.0', 'x')
const turn: fc.Arbitrary<Turn> = fc.oneof(
  fc.record({ is: fc.constant('tags' as const), tags: fc.uniqueArray(version) }),
  fc.record({ is: fc.constantFrom('registry' as const, 'git' as const), down: fc.boolean() }),
  fc.record({ is: fc.constant('range' as const), range: fc.constantFrom('1.x', '*', '9.x', 'no range') }),
  fc.record({ is: fc.constant('value' as const), tag: version }),
  fc.record({ is: fc.constant('asked' as const), at: fc.constantFrom('a', 'b', 'c') }),
  fc.record({ is: fc.constant('wiped' as const) }),
  fc.record({ is: fc.constant('calm' as const), minutes: fc.integer({ min: 0, max: 100 }) }),
)

class Installation {
  #tags: readonly string[] = ['1.0.0']
  #registryDown = false
  #gitDown = false
  #file = '1.0.0'
  #commits = 0
  #scans = new MemoryScanStore()
  readonly #files = { 'a.yaml': '' }
  readonly world = memoryWorld({
    objects: kinds.map((kind) => made(kind, kind === 'ImageUpdateAutomation' ? automation : {})),
    files: this.#files,
    registry: {
      listTags: async () => {
        if (this.#registryDown) throw new AppError('REGISTRY_UNAVAILABLE', 'no answer')
        const tags = this.#tags.toSorted().toReversed() as never
        return { tags, dropped: { invalid: 0, artefact: 0 }, requests: 1 }
      },
    },
    git: {
      remoteRefs: async (_remote, refs) => {
        if (this.#gitDown) throw new AppError('GIT_REMOTE_UNAVAILABLE', 'no answer')
        return { refs: new Map(refs.map((ref) => [ref, this.#tip()])), head: 'refs/heads/master' }
      },
      files: async () => [{ path: 'a.yaml', mode: '100644', blob: this.#tip(), size: 1, text: this.#text() }],
      commit: async (_remote, { files }) => {
        this.#file = /:([^: ]+) #/.exec(files.get('a.yaml') ?? '')?.[1] ?? ''
        this.#commits += 1
        return this.#tip()
      },
      push: async () => ({ kind: 'pushed' }),
    },
  })

  play(one: Turn): void {
    if (one.is === 'tags') this.#tags = one.tags
    if (one.is === 'registry') this.#registryDown = one.down
    if (one.is === 'git') this.#gitDown = one.down
    if (one.is === 'range') this.#change('ImagePolicy', { policy: { semver: { range: one.range } } })
    if (one.is === 'asked') for (const kind of kinds) this.#ask(kind, one.at)
    if (one.is === 'wiped') this.#scans = new MemoryScanStore()
    if (one.is === 'calm') this.world.pass(one.minutes * 60_000)
    if (one.is === 'value') {
      this.#file = one.tag
      this.#commits += 1
    }
  }

  /** One pass over everything, in the order in which one wakes the next. */
  async sweep(): Promise<void> {
    const ports = { ...this.world.ports, scans: this.#scans }
    for (const kind of kinds) await reconcile(keyOf(made(kind)), ports, { signal })
  }

  /** Every object's status, by reference. */
  statuses(): readonly AnyResource['status'][] {
    return kinds.map((kind) => this.world.get(keyOf(made(kind))).status)
  }

  #tip(): string {
    return String(this.#commits).padStart(40, head.slice(0, 1))
  }

  #text(): string {
    return `image: ghcr.io/acme/web:${this.#file} # {"$imagepolicy": "apps:web"}\n`
  }

  #change(kind: ResourceKind, spec: object): void {
    const { metadata, status } = this.world.get(keyOf(made(kind)))
    const changed = made(kind, spec, { ...metadata, generation: metadata.generation + 1 })
    this.world.put({ ...changed, status })
  }

  #ask(kind: ResourceKind, at: string): void {
    const object = this.world.get(keyOf(made(kind)))
    const annotations = { 'reconcile.fluxcd.io/requestedAt': at }
    this.world.put({ ...object, metadata: { ...object.metadata, annotations } })
  }
}

const automation = {
  git: { checkout: { ref: { branch: 'master' } }, commit: { author: { email: 'bot@example.com' } } },
}

/** A list that shrank, a tag that left, a push: none needs more passes than this to be told in full. */
const passesToRest = 4
const intervalMs = 11 * 60_000

it('a pass that changes nothing writes and tells nothing, whatever happened before', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(turn, { maxLength: 8 }), async (turns) => {
      const installation = new Installation()
      const { world } = installation
      for (const one of turns) {
        installation.play(one)
        await installation.sweep()
      }
      for (let pass = 0; pass < passesToRest; pass += 1) {
        world.pass(intervalMs)
        await installation.sweep()
      }
      const before = installation.statuses()
      world.writes.length = 0
      world.events.length = 0
      world.pass(intervalMs)
      await installation.sweep()
      expect([world.writes, world.events]).toEqual([[], []])
      installation.statuses().forEach((status, index) => expect(status).toBe(before[index]))
    }),
    { numRuns: 100 },
  )
})

it('a pass writes each object once at most, by its schema, and is never Ready of a spec that it did not look at', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(turn, { maxLength: 8 }), async (turns) => {
      const installation = new Installation()
      const { world } = installation
      for (const one of turns) {
        installation.play(one)
        world.writes.length = 0
        await installation.sweep()
        expect(new Set(world.writes).size).toBe(world.writes.length)
        for (const kind of kinds) {
          const { status, metadata } = world.get(keyOf(made(kind)))
          expect(statusSchemas[kind].parse(status)).toEqual(status)
          const isReady = status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') ?? false
          expect(isReady && status?.observedGeneration !== metadata.generation).toBe(false)
        }
      }
    }),
    { numRuns: 100 },
  )
})
