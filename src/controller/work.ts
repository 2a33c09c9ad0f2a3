import { printObject } from '#core/api/group.ts'
import { keyText, type ObjectRef } from '#core/api/object-ref.ts'
import { isAppError } from '#core/error.ts'
import { explanationLines } from '#core/status/explanation-lines.ts'
import { jitteredMs, type BackoffLimits } from '#core/status/backoff.ts'
import type { Ports } from '#flow/ports.ts'
import { reconcile, settleBroken, type Next } from '#flow/reconcile.ts'
import type { CachedResource, ClusterResources } from '#io/cluster/cluster.ts'
import type { JobResult, RunningJob, Work } from './job.ts'

/** How often an object has failed in a row, counted for all replicas. */
export interface FailureCounts {
  get(key: string): Promise<number>
  set(key: string, failures: number): Promise<void>
}

export interface WorkOptions {
  readonly resources: Pick<ClusterResources, 'cached' | 'refresh' | 'removeFinalizer'>
  readonly failures: FailureCounts
  /** Is the object this installation's to reconcile, or Flux's? */
  readonly owns: (key: ObjectRef) => boolean
  readonly retry: BackoffLimits
  /** The ports as this job uses them: its log, its fence. */
  readonly portsOf: (job: RunningJob) => Ports & { readonly said: () => readonly string[] }
  readonly random: () => number
}

/** So often another process may write the status of an object while we work on it. */
const mostConflicts = 3

/** Flux adds it to objects of its groups; who deletes one must not wait for a controller that is gone. */
const fluxFinalizer = 'finalizers.fluxcd.io'

/** What a worker does with a job: the engine's pass over the object, with what it said kept in the job's log. */
export function jobWork(options: WorkOptions): Work {
  return async (job, signal) => {
    const ports = options.portsOf(job)
    const next = await pass(job.key, { options, ports, signal })
    const after = options.resources.cached(job.key)
    await job.explain([...ports.said(), ...(after?.is === 'resource' ? explanationLines(after.resource) : [])])
    return resultOf(job.key, next, options)
  }
}

interface Pass {
  readonly options: WorkOptions
  readonly ports: Ports
  readonly signal: AbortSignal
}

const waits: Next = { kind: 'again', afterMs: undefined, failures: 0 }

async function pass(key: ObjectRef, { options, ports, signal }: Pass): Promise<Next> {
  const { resources, failures } = options
  for (let conflicts = 0; ; conflicts += 1) {
    // The cache of this replica may trail behind the one of the leader that has sent us.
    const known = resources.cached(key) ?? (await refreshed(key, { options, ports, signal }))
    if (known === undefined) return { kind: 'gone' }
    if (!options.owns(key)) return waits
    if (isDeleted(known)) {
      await resources.removeFinalizer(key, fluxFinalizer, signal)
      return waits
    }
    try {
      if (known.is === 'broken') return await settleBroken(known.broken, ports, signal)
      const before = await failures.get(keyText(key))
      const next = await reconcile(key, ports, { signal, failures: before, limits: options.retry })
      const now = next.kind === 'gone' ? 0 : next.failures
      if (now !== before) await failures.set(keyText(key), now)
      return next
    } catch (error) {
      const isConflict = isAppError(error) && error.code === 'CLUSTER_CONFLICT'
      if (!isConflict || conflicts === mostConflicts) throw error
      ports.log.debug(`${printObject(key)}: somebody has written its status meanwhile; looking again`)
      await resources.refresh(key, signal)
    }
  }
}

async function refreshed(key: ObjectRef, { options, signal }: Pass): Promise<CachedResource | undefined> {
  try {
    await options.resources.refresh(key, signal)
  } catch (error) {
    if (!isAppError(error) || error.code !== 'RESOURCE_INVALID') throw error
  }
  return options.resources.cached(key)
}

function isDeleted(known: CachedResource): boolean {
  const { metadata } = known.is === 'resource' ? known.resource : known.broken
  return metadata.deletionTimestamp !== undefined
}

/** Intervals are spread so that what began together does not stay together; waits after failures already are. */
function resultOf(key: ObjectRef, next: Next, { random }: WorkOptions): JobResult {
  if (next.kind === 'gone') return { key, gone: true, afterMs: undefined }
  const { afterMs, error } = next
  if (error !== undefined) return { key, gone: false, afterMs, error: { code: error.code, message: error.message } }
  return { key, gone: false, afterMs: afterMs === undefined ? undefined : jitteredMs(afterMs, 0.05, random()) }
}
