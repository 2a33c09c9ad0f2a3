import type { AnyResource, ResourceKind } from '#core/api/kinds.ts'
import { keyOf } from '#core/api/object-ref.ts'
import { reconcile } from '#flow/reconcile.ts'
import { example } from '../core/api/examples.ts'
import { memoryWorld, type MemoryWorld, type Scene } from './memory-ports.ts'

/** One row of a table of reasons: a world, and what the object in it says of itself. */
export interface Row extends Omit<Scene, 'objects'> {
  readonly spec?: object
  readonly metadata?: object
  /** Objects beside the one that is looked at; they are reconciled before it. */
  readonly beside?: readonly AnyResource[]
  /** `Type=Status Reason: message` of every condition; of hashes of 64 digits stands `HASH`. */
  readonly says: readonly string[]
}

export const signal = new AbortController().signal

const names: Readonly<Record<ResourceKind, string>> = {
  ImageRepository: 'web',
  ImagePolicy: 'web',
  GitRepository: 'config',
  ImageUpdateAutomation: 'bot',
}

/** An object of a kind by its usual name. */
export function made(kind: ResourceKind, spec: object = {}, metadata: object = {}): AnyResource {
  return example(kind, spec, { name: names[kind], ...metadata })
}

/** A world with the row's object and everything beside it, those reconciled. */
export async function worldOf(kind: ResourceKind, row: Row): Promise<{ world: MemoryWorld; object: AnyResource }> {
  const { spec, metadata, beside = [], says: _says, ...scene } = row
  const object = made(kind, spec, metadata)
  const world = memoryWorld({ ...scene, objects: [...beside, object] })
  for (const one of beside) await reconcile(keyOf(one), world.ports, { signal })
  world.events.length = 0
  world.writes.length = 0
  return { world, object }
}

/** Conditions as lines. */
export function linesOf(world: MemoryWorld, object: AnyResource): readonly string[] {
  const conditions = world.get(keyOf(object)).status?.conditions ?? []
  return conditions.map(({ type, status, reason, message }) => {
    return `${type}=${status} ${reason}: ${message.replace(/[0-9a-f]{64}/, 'HASH')}`
  })
}

/** What two passes did, with nothing changed between them. */
export interface TwoPasses {
  readonly says: readonly string[]
  readonly observedGeneration: number | undefined
  /** Writes and events of each pass. */
  readonly writes: readonly number[]
  readonly tells: readonly boolean[]
  /** Is the status after the second pass the very one after the first? */
  readonly stays: boolean
}

export async function passTwice(kind: ResourceKind, row: Row): Promise<TwoPasses> {
  const { world, object } = await worldOf(kind, row)
  const key = keyOf(object)
  const writes: number[] = []
  const tells: boolean[] = []
  const statuses: AnyResource['status'][] = []
  for (const _ of [1, 2]) {
    world.events.length = 0
    world.writes.length = 0
    await reconcile(key, world.ports, { signal })
    writes.push(world.writes.length)
    tells.push(world.events.length > 0)
    statuses.push(world.get(key).status)
  }
  const observedGeneration = statuses[0]?.observedGeneration
  return { says: linesOf(world, object), observedGeneration, writes, tells, stays: statuses[0] === statuses[1] }
}

/**
 * What a row promises: the first pass writes once and tells of it, the second neither writes nor tells, and
 * observedGeneration moves where it ended well or only a change helps.
 */
export function promised({ says }: Row): TwoPasses {
  const isSettled = says.some((line) => line.startsWith('Ready=True') || line.startsWith('Stalled=True'))
  return { says, observedGeneration: isSettled ? 1 : undefined, writes: [1, 0], tells: [true, false], stays: true }
}
