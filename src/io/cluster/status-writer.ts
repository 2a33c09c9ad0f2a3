import type { Condition } from '#core/api/condition.ts'
import { printObject } from '#core/api/group.ts'
import type { AnyResource } from '#core/api/kinds.ts'
import { parseLive } from '#core/api/live.ts'
import { AppError } from '#core/error.ts'
import { printTime } from '#core/time.ts'
import type { Clock, Log, StatusTarget } from '#flow/ports.ts'
import type { Cluster, Gvr, KubeObject } from './cluster.ts'
import { isFailure } from './failure.ts'
import { isRecord, isSameJson } from './objects.ts'

interface Dated {
  readonly conditions?: readonly (Condition & { readonly lastTransitionTime?: string })[]
}

export interface StatusWriterOptions {
  readonly cluster: Pick<Cluster, 'get' | 'applyStatus'>
  /** What the API server is known to drop; learned from its answers. */
  readonly pruned: PrunedFields
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
}

/** A status that is to be written, and over what. */
export interface StatusRequest {
  readonly target: StatusTarget
  readonly status: object
  /** The object as last seen: apiVersion, kind, and the version to write over. */
  readonly object: KubeObject
  readonly former: AnyResource['status']
  readonly gvr: Gvr
}

/**
 * Members of a status that the definition of a kind does not have, as where Flux's own definitions are installed: the
 * API server drops them, and a status that differs in nothing else need not be written again.
 */
export class PrunedFields {
  readonly #fields = new Map<string, Set<string>>()

  /** Takes the answer to a write. */
  learn(gvr: Gvr, sent: object, kept: unknown): void {
    const dropped = this.#fields.get(textOf(gvr)) ?? new Set()
    this.#fields.set(textOf(gvr), dropped)
    for (const [name, value] of Object.entries(sent)) {
      if (value === undefined) continue
      if (isRecord(kept) && Object.hasOwn(kept, name)) dropped.delete(name)
      else dropped.add(name)
    }
  }

  /** The status without what is dropped. */
  without(gvr: Gvr, status: object): object {
    const fields = this.#fields.get(textOf(gvr))
    if (fields === undefined || fields.size === 0) return status
    return Object.fromEntries(Object.entries(status).filter(([name]) => !fields.has(name)))
  }
}

function textOf({ group, version, resource }: Gvr): string {
  return `${group}/${version}/${resource}`
}

/** So often the object may change under us while its status does not. */
const mostTries = 5

/**
 * Writes a status by server-side apply as a compare-and-swap: over the version that it was computed from, or over a
 * newer one that still has the same status. Gives the object as it is then; undefined if it is gone, or if nothing had
 * to be written.
 */
export async function writeStatus(
  request: StatusRequest,
  options: StatusWriterOptions,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  const { target, gvr, former } = request
  const status = withTimes(request.status, former, printTime(options.clock.now()))
  const { pruned } = options
  if (former !== undefined && isSameJson(former, pruned.without(gvr, status))) return undefined
  let base = request.object
  for (let attempt = 1; ; attempt += 1) {
    try {
      const written = await options.cluster.applyStatus(gvr, base, status, signal)
      pruned.learn(gvr, status, written.status)
      return written
    } catch (error) {
      if (isFailure(error, 'CLUSTER_NOT_FOUND')) return undefined
      if (!isFailure(error, 'CLUSTER_CONFLICT') || attempt === mostTries) throw error
    }
    const live = await options.cluster.get(gvr, target, signal)
    if (live === undefined || live.metadata.uid !== base.metadata.uid) return undefined
    const present = statusOf(live)
    // Ours has arrived and its answer was lost.
    if (isSameJson(present, pruned.without(gvr, status))) return live
    if (!isSameJson(present ?? {}, former ?? {})) throw overtaken(target)
    base = live
  }
}

function statusOf(object: KubeObject): AnyResource['status'] {
  const parsed = parseLive(object)
  if (parsed.is === 'foreign') return undefined
  return parsed.is === 'resource' ? parsed.resource.status : parsed.broken.status
}

function overtaken(target: StatusTarget): AppError {
  return new AppError('CLUSTER_CONFLICT', `${printObject(target)}: another process has written its status in between`)
}

/** Conditions with the time at which their status last changed. */
function withTimes(status: object, former: Dated | undefined, now: string): object {
  const { conditions } = status as Dated
  if (conditions === undefined) return status
  const dated = conditions.map((condition) => {
    const same = former?.conditions?.find((one) => one.type === condition.type && one.status === condition.status)
    return { ...condition, lastTransitionTime: same?.lastTransitionTime ?? now }
  })
  return { ...status, conditions: dated }
}
