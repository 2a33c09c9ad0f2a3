import { printObject } from '#core/api/group.ts'
import { quoteOutside } from '#core/error.ts'
import { printDuration, printTime } from '#core/time.ts'
import type { JobDetails, JobSummary, QueueStats } from '#flow/ports/queue.ts'
import { printAge } from './age.ts'
import { printTable } from './table.ts'

/** A longer error is shown in full by `queue show`. */
const longestError = 100

/** Jobs as a table for people; empty where there are none. */
export function printJobs(jobs: readonly JobSummary[], now: number): string {
  if (jobs.length === 0) return ''
  const rows = jobs.map((job) => [
    job.id,
    job.state,
    objectText(job),
    printAge(now - job.addedAt),
    tookText(job, now),
    String(job.attempts),
    quoteOutside(job.error ?? '', longestError),
  ])
  return printTable([['ID', 'STATE', 'OBJECT', 'AGE', 'TOOK', 'STARTS', 'ERROR'], ...rows])
}

function objectText({ object }: JobSummary): string {
  return object === undefined ? '(of another version)' : printObject(object)
}

/** How long it ran, or has been running. */
function tookMs({ startedAt, finishedAt }: JobSummary, now: number): number | undefined {
  return startedAt === undefined ? undefined : Math.max(0, (finishedAt ?? now) - startedAt)
}

function tookText(job: JobSummary, now: number): string {
  const ms = job.state === 'waiting' ? undefined : tookMs(job, now)
  return ms === undefined ? '-' : printDuration(ms)
}

/** A job with everything that is kept of it, for people: what it is, then what it said. */
export function printDetails(job: JobDetails, now: number): string {
  const when = (at: number | undefined): string => {
    return at === undefined ? '-' : `${printTime(at)} (${printAge(now - at)} ago)`
  }
  const rows = [
    ['state', job.state],
    ['object', `${objectText(job)}${job.object === undefined ? '' : ` (${job.object.group})`}`],
    ['added', when(job.addedAt)],
    ['started', when(job.startedAt)],
    ['finished', when(job.finishedAt)],
    ['took', tookText(job, now)],
    ['starts', String(job.attempts)],
    ...(job.error === undefined ? [] : [['error', quoteOutside(job.error, 4096)]]),
    ...(job.object === undefined ? [['data', quoteOutside(JSON.stringify(job.data), 4096)]] : []),
    ...(job.result === undefined ? [] : [resultRow(job.result)]),
  ]
  const lines = job.logs.map((line) => `  ${quoteOutside(line, 8192)}\n`)
  return `${job.id}\n${printTable(rows)}${lines.length === 0 ? '' : `\n${lines.join('')}`}`
}

/** What a job gave, as words where it only says when the object is due again. */
function resultRow(result: unknown): readonly string[] {
  const { gone, afterMs } = Object(result) as { readonly gone?: unknown; readonly afterMs?: unknown }
  if (gone === false && typeof afterMs === 'number') return ['next run', `${printAge(afterMs)} after this one`]
  if (gone === false && afterMs === undefined) return ['next run', 'when something changes']
  return ['result', quoteOutside(JSON.stringify(result), 4096)]
}

/** The queues in figures, for people. */
export function printStats(queues: readonly QueueStats[]): string {
  const rows = queues.map(({ queue, paused, counts, workers, oldestMs }) => [
    queue,
    ...[counts.waiting, counts.active, counts.failed, counts.completed].map(String),
    oldestMs === undefined ? '-' : printAge(oldestMs),
    workers === undefined ? '?' : String(workers),
    paused ? 'paused' : '',
  ])
  return printTable([['QUEUE', 'WAITING', 'ACTIVE', 'FAILED', 'COMPLETED', 'OLDEST', 'WORKERS', ''], ...rows])
}

/** A job for programs; instants are RFC 3339. */
export function jobDocument(job: JobSummary) {
  const { id, queue, state, object, attempts, addedAt, startedAt, finishedAt, error } = job
  return {
    id,
    queue,
    state,
    object: object ?? null,
    attempts,
    addedAt: instant(addedAt),
    ...(startedAt !== undefined && { startedAt: instant(startedAt) }),
    ...(finishedAt !== undefined && { finishedAt: instant(finishedAt) }),
    ...(startedAt !== undefined && finishedAt !== undefined && { tookMs: finishedAt - startedAt }),
    ...(error !== undefined && { error }),
  }
}

/** A job for programs with everything that is kept of it. */
export function detailsDocument(job: JobDetails) {
  const { data, logs, result } = job
  return { ...jobDocument(job), data, logs, ...(result !== undefined && { result }) }
}

/** To the millisecond: jobs are short. */
function instant(at: number): string {
  return new Date(at).toISOString()
}
