import type { Job, Queue } from 'bullmq'
import { AppError } from '#core/error.ts'
import {
  jobStates,
  queueNames,
  type JobDetails,
  type JobQuery,
  type JobState,
  type JobSummary,
  type QueueInspector,
  type QueueName,
} from '#flow/ports/queue.ts'
import type { Clock } from '#flow/ports.ts'
import type { JobData } from '../job.ts'
import { ask } from './ask.ts'
import { addJob } from './add.ts'
import { readJobData } from './job-data.ts'
import { queuesOf, type Queues } from './queues.ts'
import type { QueueRedis } from './redis.ts'
import { statsOf } from './stats.ts'

/** Looks into queues; changes nothing but what is asked for. */
export function inspectQueues(redis: QueueRedis, clock: Clock): QueueInspector {
  const queues = queuesOf(redis, { isReadOnly: true, onError: () => undefined })
  const chosen = (name: QueueName | undefined): readonly Queue<JobData>[] => {
    return name === undefined ? Object.values(queues) : [queues[name]]
  }
  return {
    list: async (query, signal) => ask(async () => listJobs(chosen(query.queue), query), signal),
    show: async (id, signal) => ask(async () => detailsOf(await found(queues, id)), signal),
    retry: async (id, signal) => ask(async () => retry(await found(queues, id)), signal),
    remove: async (id, signal) => ask(async () => remove(await found(queues, id)), signal),
    pause: async (name, isPaused, signal) => {
      const turn = async (queue: Queue): Promise<void> => (isPaused ? queue.pause() : queue.resume())
      await ask(async () => Promise.all(chosen(name).map(turn)), signal)
    },
    stats: async (signal) => {
      return Promise.all(queueNames.map(async (name) => statsOf(queues[name], clock.now(), signal)))
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(chosen(undefined).map(async (queue) => queue.close()))
    },
  }
}

async function listJobs(queues: readonly Queue<JobData>[], query: JobQuery): Promise<readonly JobSummary[]> {
  const states = query.state === undefined ? jobStates : [query.state]
  const pages = queues.flatMap((queue) => {
    return states.map(async (state) => {
      const jobs = await queue.getJobs([state], 0, query.limit - 1)
      return jobs.map((job) => summaryOf({ queue, job, state }))
    })
  })
  // A job may move on between two of the questions; it is shown where it was seen first.
  const byId = new Map(
    (await Promise.all(pages))
      .flat()
      .toReversed()
      .map((job) => [job.id, job]),
  )
  return [...byId.values()].toSorted((a, b) => lastAt(b) - lastAt(a) || numberOf(b) - numberOf(a))
}

function numberOf({ id }: JobSummary): number {
  return Number(id.split('/')[1])
}

function lastAt({ addedAt, startedAt, finishedAt }: JobSummary): number {
  return finishedAt ?? startedAt ?? addedAt
}

/** A job where it was found. */
interface Found {
  readonly queue: Queue<JobData>
  readonly job: Job<JobData>
  readonly state: JobState
}

async function found(queues: Queues, id: string): Promise<Found> {
  const [, name, number] = /^([a-z]+)\/(.+)$/.exec(id) ?? []
  const known = queueNames.find((one) => one === name)
  const queue = known === undefined ? undefined : queues[known]
  const job = await queue?.getJob(number ?? '')
  const state = job === undefined ? undefined : stateOf(await job.getState())
  if (queue === undefined || job === undefined || state === undefined) throw missing(id)
  return { queue, job, state }
}

function missing(id: string): AppError {
  return new AppError('QUEUE_JOB_MISSING', `there is no job ${id}`)
}

/** Tagboat makes no jobs of BullMQ's other states; those that somebody has moved there wait too. */
function stateOf(state: Awaited<ReturnType<Job['getState']>>): JobState | undefined {
  if (state === 'unknown') return undefined
  return jobStates.find((one) => one === state) ?? 'waiting'
}

function summaryOf({ queue, job, state }: Found): JobSummary {
  return {
    id: `${queue.name}/${job.id ?? ''}`,
    queue: queue.name as QueueName,
    state,
    object: readJobData(job.data),
    attempts: job.attemptsStarted,
    addedAt: job.timestamp,
    ...(job.processedOn !== undefined && { startedAt: job.processedOn }),
    ...(job.finishedOn !== undefined && { finishedAt: job.finishedOn }),
    ...(job.failedReason !== undefined && { error: job.failedReason }),
  }
}

async function detailsOf(place: Found): Promise<JobDetails> {
  const { queue, job } = place
  const { logs } = await queue.getJobLogs(job.id ?? '')
  const result: unknown = job.returnvalue
  return {
    ...summaryOf(place),
    data: job.data,
    logs: logs.flatMap((entry) => entry.split('\n')),
    ...(result !== null && result !== undefined && { result }),
  }
}

async function retry({ queue, job, state }: Found): Promise<void> {
  const id = `${queue.name}/${job.id ?? ''}`
  if (state === 'waiting' || state === 'active') throw busy(id, state)
  const key = readJobData(job.data)
  if (key === undefined) {
    throw new AppError('QUEUE_JOB_MISSING', `job ${id} names no object: another version of Tagboat has written it`)
  }
  await addJob(queue, key)
  await job.remove()
}

async function remove({ queue, job, state }: Found): Promise<void> {
  const id = `${queue.name}/${job.id ?? ''}`
  if (state === 'active') throw busy(id, state)
  try {
    await job.remove()
  } catch (error) {
    // It was taken, or removed by somebody else, since it was looked at.
    const now = stateOf(await queue.getJobState(job.id ?? ''))
    if (now === undefined) throw missing(id)
    if (now === 'active') throw busy(id, now)
    throw error
  }
}

function busy(id: string, state: JobState): AppError {
  return new AppError('QUEUE_JOB_BUSY', `job ${id} ${state === 'active' ? 'runs' : 'waits'}`)
}
