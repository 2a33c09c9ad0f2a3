import { hostname } from 'node:os'
import { matchesSelector } from '#core/api/label-selector.ts'
import { parseLabelSelector } from '#core/api/label-selector-text.ts'
import { isAppError } from '#core/error.ts'
import type { Flags } from '#core/flags.ts'
import { redact } from '#core/secret/redact.ts'
import { systemClock } from '#io/clock.ts'
import { openLog } from '#io/log.ts'
import { packageVersion } from '#io/version.ts'
import { controllerOptions } from './options.ts'
import { dashboardToken } from './dashboard-token.ts'
import { openMetrics } from './metrics.ts'
import { runReplica } from './replica.ts'
import { openSurface } from './surface.ts'

/** What the process hands over. */
interface ControllerIo {
  readonly stderr: { write(text: string): unknown }
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly signal: AbortSignal
}

/**
 * `tagboat controller`: runs until `io.signal` is aborted, then lets running jobs end and returns 0. Fails with what a
 * person has to change: `USAGE_INVALID`, `CLUSTER_KUBECONFIG`, `REDIS_…`.
 */
export async function runController(flags: Flags, io: ControllerIo): Promise<number> {
  const options = controllerOptions(flags, { env: io.env, cwd: io.cwd, hostname: hostname(), pid: process.pid })
  const selector = parseLabelSelector(options.labelSelector, '--watch-label-selector')
  const clock = systemClock
  const log = openLog({
    level: options.logLevel,
    format: options.logFormat,
    stream: io.stderr,
    color: false,
    redact,
    now: () => clock.now(),
  })
  log.info('tagboat controller starts', { version: packageVersion(), identity: options.identity })
  const token = await dashboardToken(options, io.env)
  const metrics = openMetrics()
  const replica = {
    options,
    environment: io.env,
    clock,
    log,
    metrics,
    dashboardToken: token,
    selects: (labels: Readonly<Record<string, string>>) => matchesSelector(selector, labels),
    signal: io.signal,
  }
  // Probes answer from the first moment, so that whoever waits for us sees what we wait for.
  await using surface = await openSurface({ options, metrics, log })
  await runReplica({ ...replica, surface }).catch((error: unknown) => {
    // Asked to end while it waited for Redis or the API server: it ends as well as one that was working.
    if (!io.signal.aborted || !isAppError(error) || error.code !== 'CANCELLED') throw error
  })
  log.info('tagboat controller has ended')
  return 0
}
