import { Hono } from 'hono'
import { isAppError } from '#core/error.ts'
import type { WatchState } from '#io/cluster/cluster.ts'

/** One thing that must be so. */
export interface Check {
  /** e.g. `redis`, `watch tagboat.dev/ImagePolicy`. */
  readonly name: string
  readonly ok: boolean
  /** What is wrong; where all is well, a remark at most. */
  readonly why?: string
}

/** What `/readyz` and `/healthz` ask. */
export interface Checks {
  readonly ready: () => readonly Check[]
  readonly alive: () => readonly Check[]
}

/** A watch is relisted or says something at least once a minute, so this is no mere pause. */
const longestSilenceMs = 90_000
const longestRedisMs = 15_000
/** A job that its deadline has stopped ends within seconds; one that does not, hangs. */
const longestOverdueMs = 30_000

/**
 * `/readyz`: may this replica be counted on? `/healthz`: is it worth keeping? Both answer 200 or 503 with a line for each
 * check, as kube-apiserver does; an event loop that is stuck does not answer at all.
 */
export function probesApp({ ready, alive }: Checks): Hono {
  const app = new Hono()
  for (const [path, name, checks] of [
    ['/readyz', 'readyz', ready],
    ['/healthz', 'healthz', alive],
  ] as const) {
    app.get(path, (context) => {
      const found = checks()
      const isWell = found.every(({ ok }) => ok)
      context.header('cache-control', 'no-store')
      return context.text(
        `${found.map(line).join('')}${name} check ${isWell ? 'passed' : 'failed'}\n`,
        isWell ? 200 : 503,
      )
    })
  }
  return app
}

function line({ name, ok, why }: Check): string {
  return `[${ok ? '+' : '-'}]${name} ${ok ? 'ok' : 'failed'}${why === undefined ? '' : `: ${why}`}\n`
}

/** Where the process is in its life. */
export function phaseCheck(phase: 'starting' | 'running' | 'draining'): Check {
  const why = {
    starting: 'resources have not all been read yet',
    running: undefined,
    draining: 'the process is ending',
  }[phase]
  return { name: 'running', ok: phase === 'running', ...(why !== undefined && { why }) }
}

/** A check for each watch: it has listed once, and has not been silent since. */
export function watchChecks(watches: readonly WatchState[]): readonly Check[] {
  return watches.map((watch) => {
    const where = watch.namespace === undefined ? '' : ` in ${watch.namespace}`
    return { name: `watch ${watch.group}/${watch.kind}${where}`, ...watchState(watch) }
  })
}

function watchState({ synced, ageMs, failure }: WatchState): Omit<Check, 'name'> {
  // Its definition was removed: nothing can be watched, and it is looked for again.
  if (isAppError(failure) && failure.code === 'CLUSTER_KIND_MISSING') return { ok: true, why: 'the kind is not served' }
  const cause = failure === undefined ? '' : `: ${failure.message}`
  if (!synced) return { ok: false, why: `not listed yet${cause}` }
  if (ageMs <= longestSilenceMs) return { ok: true }
  return { ok: false, why: `silent for ${Math.round(ageMs / 1000)} s${cause}` }
}

/** `awayMs`: since when Redis has not answered; undefined: it does. */
export function redisCheck(awayMs: number | undefined): Check {
  if (awayMs === undefined) return { name: 'redis', ok: true }
  const why = `away for ${Math.round(awayMs / 1000)} s`
  return { name: 'redis', ok: awayMs <= longestRedisMs, why }
}

/** `overdueMs`: how far the latest job is beyond its deadline. */
export function workersCheck(overdueMs: number): Check {
  if (overdueMs <= longestOverdueMs) return { name: 'workers', ok: true }
  return { name: 'workers', ok: false, why: `a job is ${Math.round(overdueMs / 1000)} s beyond its deadline` }
}
