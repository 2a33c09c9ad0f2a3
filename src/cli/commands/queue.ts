import { AppError, isAppError } from '#core/error.ts'
import { hasFlag, textFlag, type Flags } from '#core/flags.ts'
import { systemClock } from '#io/clock.ts'
import { queueNames, type JobState, type JobSummary, type QueueInspector, type QueueName } from '#flow/ports/queue.ts'
import type { CommandAction } from '../definition.ts'
import { exitCodes, type CommandIo } from '../io.ts'
import { commonOptions, type CommonOptions } from '../options.ts'
import { shownError } from '../pass.ts'
import { printDocument } from '../print/document.ts'
import { detailsDocument, jobDocument, printDetails, printJobs, printStats } from '../print/queue.ts'

/** What a verb works with. */
interface QueueCall {
  readonly ids: readonly string[]
  readonly inspector: QueueInspector
  readonly queue: QueueName | undefined
  readonly state: JobState | undefined
  readonly limit: number
  readonly all: boolean
  readonly options: CommonOptions
  readonly io: CommandIo
  readonly signal: AbortSignal
}

interface Verb {
  /** How many IDs it takes. */
  readonly ids: 'none' | 'one' | 'some'
  run(call: QueueCall): Promise<number>
}

const verbs: Readonly<Record<string, Verb>> = {
  ls: { ids: 'none', run: list },
  show: { ids: 'one', run: show },
  retry: { ids: 'some', run: async (call) => move(call, { state: 'failed', done: 'retried' }) },
  remove: { ids: 'some', run: async (call) => move(call, { state: undefined, done: 'removed' }) },
  pause: { ids: 'none', run: async (call) => pause(call, true) },
  resume: { ids: 'none', run: async (call) => pause(call, false) },
  stats: { ids: 'none', run: stats },
}

/** Jobs that `--all` takes at a time of each queue. */
const mostJobs = 1000

/** `tagboat queue ls|show|retry|remove|pause|resume|stats`: what is in the queues of a controller. */
export const queueCommand: CommandAction = async ([action = '', ...ids], flags, io) => {
  const verb = Object.hasOwn(verbs, action) ? verbs[action] : undefined
  if (verb === undefined) {
    throw new AppError('USAGE_INVALID', `queue: expected ${Object.keys(verbs).join(', ')}, got "${action}"`)
  }
  const options = commonOptions(flags)
  const all = hasFlag(flags, 'all')
  checkIds(action, { ids, wanted: verb.ids, all })
  const limit = limitOf(flags)
  await using inspector = await io.programs.queues(flags, io)
  const timeout = options.timeoutMs === undefined ? [] : [AbortSignal.timeout(options.timeoutMs)]
  // Awaited here, since the inspector ends with this function.
  return await verb.run({
    ids,
    inspector,
    queue: textFlag(flags, 'queue') as QueueName | undefined,
    state: textFlag(flags, 'state') as JobState | undefined,
    limit,
    all,
    options,
    io,
    signal: AbortSignal.any([io.signal, ...timeout]),
  })
}

function checkIds(
  action: string,
  { ids, wanted, all }: { readonly ids: readonly string[]; readonly wanted: Verb['ids']; readonly all: boolean },
): void {
  if (all && (wanted !== 'some' || ids.length > 0)) {
    throw new AppError('USAGE_INVALID', '--all stands instead of IDs, after queue retry or queue remove')
  }
  const isRight = { none: ids.length === 0, one: ids.length === 1, some: all || ids.length > 0 }[wanted]
  if (isRight) return
  const expected = { none: 'no ID', one: 'one ID, e.g. scan/17', some: 'IDs, e.g. scan/17, or --all' }[wanted]
  throw new AppError('USAGE_INVALID', `queue ${action}: expected ${expected}, got ${ids.length}`)
}

function limitOf(flags: Flags): number {
  const text = textFlag(flags, 'limit') ?? '20'
  const limit = Number(text)
  if (/^[0-9]+$/.test(text) && limit >= 1 && limit <= mostJobs) return limit
  throw new AppError('USAGE_INVALID', `--limit: expected a number from 1 to ${mostJobs}, got "${text}"`)
}

async function list({ inspector, queue, state, limit, options, io, signal }: QueueCall): Promise<number> {
  const { namespace, output } = options
  // What is left out here must not use up the limit.
  const asked = namespace === undefined ? limit : mostJobs
  const found = await inspector.list(queryOf({ queue, state, limit: asked }), signal)
  const jobs = namespace === undefined ? found : found.filter(({ object }) => object?.namespace === namespace)
  const items = namespace === undefined ? jobs : jobs.slice(0, limit)
  if (output === 'text') io.stdout.write(printJobs(items, systemClock.now()))
  else await printDocument({ items: items.map(jobDocument) }, output, io)
  if (items.length === 0 && output === 'text') io.stderr.write('no jobs\n')
  return exitCodes.done
}

function queryOf({ queue, state, limit }: Pick<QueueCall, 'queue' | 'state' | 'limit'>) {
  return { limit, ...(queue !== undefined && { queue }), ...(state !== undefined && { state }) }
}

async function show({ ids: [id = ''], inspector, options, io, signal }: QueueCall): Promise<number> {
  const job = await inspector.show(id, signal)
  if (options.output === 'text') io.stdout.write(printDetails(job, systemClock.now()))
  else await printDocument(detailsDocument(job), options.output, io)
  return exitCodes.done
}

interface Move {
  /** Which jobs `--all` means where `--state` does not say it. */
  readonly state: JobState | undefined
  readonly done: 'retried' | 'removed'
}

async function move(call: QueueCall, { state, done }: Move): Promise<number> {
  const { inspector, options, io, signal } = call
  const jobs = call.all ? await allOf(call, state) : call.ids
  const items: { readonly id: string; readonly ok: boolean; readonly error?: ReturnType<typeof shownError> }[] = []
  for (const id of jobs) {
    try {
      await (done === 'retried' ? inspector.retry(id, signal) : inspector.remove(id, signal))
      items.push({ id, ok: true })
      if (options.output === 'text') io.stdout.write(`${done} ${id}\n`)
    } catch (error) {
      if (!isAppError(error) || jobs.length === 1 || signal.aborted) throw error
      items.push({ id, ok: false, error: shownError(error) })
      io.stderr.write(`tagboat: ${error.message}\n`)
    }
  }
  if (options.output !== 'text') await printDocument({ items }, options.output, io)
  if (items.length === 0 && options.output === 'text') io.stderr.write('no jobs\n')
  return items.every(({ ok }) => ok) ? exitCodes.done : exitCodes.failed
}

async function allOf(call: QueueCall, usual: JobState | undefined): Promise<readonly string[]> {
  const state = call.state ?? usual
  if (state === undefined) throw new AppError('USAGE_INVALID', '--all: say by --state which jobs are to be removed')
  const jobs = await call.inspector.list(queryOf({ queue: call.queue, state, limit: mostJobs }), call.signal)
  const { namespace } = call.options
  const isMeant = ({ object }: JobSummary): boolean => namespace === undefined || object?.namespace === namespace
  return jobs.filter(isMeant).map(({ id }) => id)
}

async function pause({ inspector, queue, options, io, signal }: QueueCall, isPaused: boolean): Promise<number> {
  await inspector.pause(queue, isPaused, signal)
  const queues = queue === undefined ? queueNames : [queue]
  if (options.output === 'text') io.stdout.write(`${isPaused ? 'paused' : 'resumed'} ${queues.join(', ')}\n`)
  else await printDocument({ items: queues.map((name) => ({ queue: name, paused: isPaused })) }, options.output, io)
  return exitCodes.done
}

async function stats({ inspector, queue, options, io, signal }: QueueCall): Promise<number> {
  const figures = await inspector.stats(signal)
  const items = queue === undefined ? figures : figures.filter((one) => one.queue === queue)
  if (options.output === 'text') io.stdout.write(printStats(items))
  else await printDocument({ items }, options.output, io)
  return exitCodes.done
}
