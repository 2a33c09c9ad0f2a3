import type { ObjectRef } from '#core/api/object-ref.ts'
import { redact } from '#core/secret/redact.ts'
import { parseDuration } from '#core/time.ts'
import type { Edges } from './edges.ts'
import type { JobResult } from './job.ts'
import { openLeadership, type Leadership } from './leader.ts'
import { portsOfJob } from './ports.ts'
import type { Prefetch } from './prefetch.ts'
import { openResults } from './queue/results.ts'
import { openWorkers, type JobWorkers } from './queue/worker.ts'
import type { ReplicaOptions } from './replica-options.ts'
import { tracedWork } from './trace.ts'
import type { Triggers } from './watch.ts'
import { jobWork } from './work.ts'

/** Competes for the lead; who has it adds jobs. */
export function leadershipOf(
  { cluster, installation }: Edges,
  { dispatcher }: Triggers,
  given: ReplicaOptions,
): Leadership {
  const { options, clock, log } = given
  return openLeadership(cluster, {
    namespace: options.leaseNamespace ?? cluster.namespace,
    name: installation.leaseName,
    identity: options.identity,
    isElected: options.leaderElection,
    clock,
    log,
    lead: () => dispatcher.lead(),
    rest: () => dispatcher.rest(),
  })
}

/** What the workers are connected with. */
interface Working {
  readonly edges: Edges
  readonly triggers: Triggers
  readonly leadership: Leadership
  readonly prefetch: Pick<Prefetch, 'readerOf' | 'forget'>
  readonly owns: (key: ObjectRef) => boolean
}

/** Starts to work; what comes of each job goes to the dispatcher of this replica and to those of the others. */
export async function workersOf(
  { edges, triggers, leadership, prefetch, owns }: Working,
  given: ReplicaOptions,
): Promise<JobWorkers> {
  const { options, environment, clock, log, metrics } = given
  const { dispatcher } = triggers
  const results = openResults({ redis: edges.redis, identity: options.identity, log })
  const ended = (result: JobResult): void => {
    dispatcher.finished(result)
    metrics.ended(result)
  }
  await results.subscribe(ended)
  const work = jobWork({
    resources: edges.resources,
    failures: edges.failures,
    owns,
    retry: options.retry,
    random: () => clock.random(),
    portsOf: (job) => {
      const wasLeading = leadership.isLeading()
      const shared = { ...edges.shared, git: prefetch.readerOf(job.key) }
      return portsOfJob(shared, job, () => !wasLeading || leadership.isLeading())
    },
  })
  return openWorkers({
    redis: edges.redis,
    concurrency: options.concurrency,
    deadlineMs: (key) => deadlineMs(edges, key),
    identity: options.identity,
    redact,
    clock,
    log,
    work: tracedWork(async (job, signal) => {
      dispatcher.started(job.key)
      const startedAt = clock.monotonic()
      log.debug('job begins', { ...job.key, job: job.id })
      const result = await work(job, signal)
      prefetch.forget(job.key)
      const ms = clock.monotonic() - startedAt
      metrics.reconciled(job.key, ms / 1000, result.error === undefined)
      log.debug('job has ended', { ...job.key, job: job.id, ms: Math.round(ms), code: result.error?.code })
      return result
    }, environment),
    onResult: (result) => {
      ended(result)
      void results.publish(result)
    },
  })
}

/** A job may take ten minutes, or its object's timeout where that is longer. */
function deadlineMs({ resources }: Edges, key: ObjectRef): number {
  const cached = resources.cached(key)
  const spec = cached?.is === 'resource' ? cached.resource.spec : undefined
  const own = spec !== undefined && 'timeout' in spec && spec.timeout !== undefined ? parseDuration(spec.timeout) : 0
  return Math.max(own, 600_000)
}
