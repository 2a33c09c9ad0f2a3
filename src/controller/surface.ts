import { Hono } from 'hono'
import type { Log } from '#flow/ports.ts'
import type { Metrics } from './metrics.ts'
import type { ControllerOptions } from './options.ts'
import { phaseCheck, probesApp, type Checks } from './probes.ts'
import { serve } from './server.ts'

/** Parts of the surface that exist only when everything else does. */
interface Parts {
  readonly checks: Checks
  readonly webhooks: Hono
  readonly board: Hono | undefined
}

/** What the controller serves over HTTP. */
export interface Surface extends AsyncDisposable {
  /** From now on these answer; before, probes say that we are starting and the others ask to come back. */
  show(parts: Parts): void
  /** From now on not ready. */
  drain(): void
}

/** Begins to serve, with what there is at the start. `USAGE_INVALID` or `SERVER_LISTEN_FAILED` for a bad address. */
export async function openSurface({
  options,
  metrics,
  log,
}: {
  readonly options: Pick<ControllerOptions, 'addresses' | 'dashboard'>
  readonly metrics: Metrics
  readonly log: Log
}): Promise<Surface> {
  const { addresses, dashboard } = options
  const state: { parts?: Parts; isDraining: boolean } = { isDraining: false }
  const checks: Checks = {
    ready: () => {
      if (state.isDraining) return [phaseCheck('draining')]
      return state.parts === undefined
        ? [phaseCheck('starting')]
        : [phaseCheck('running'), ...state.parts.checks.ready()]
    },
    alive: () => state.parts?.checks.alive() ?? [],
  }
  const served = await serve(
    [
      { flag: '--metrics-addr', address: addresses.metrics, app: metricsApp(metrics) },
      { flag: '--health-addr', address: addresses.health, app: probesApp(checks) },
      { flag: '--webhook-addr', address: addresses.webhook, app: later(['/hook/*'], () => state.parts?.webhooks) },
      ...(dashboard === undefined
        ? []
        : [
            {
              flag: '--dashboard-addr',
              address: dashboard.address,
              app: later(['/queues', '/queues/*'], () => state.parts?.board),
            },
          ]),
    ],
    log,
  )
  for (const [flag, url] of Object.entries(served.urls)) log.info(`listening on ${url}`, { flag })
  return {
    show: (parts) => {
      state.parts = parts
    },
    drain: () => {
      state.isDraining = true
    },
    [Symbol.asyncDispose]: async () => served[Symbol.asyncDispose](),
  }
}

/** Serves `/metrics`. */
export function metricsApp(metrics: Metrics): Hono {
  return new Hono().get('/metrics', async (context) => {
    return context.body(await metrics.text(), 200, { 'content-type': metrics.contentType })
  })
}

/** Paths whose app comes later; until then a caller is asked to come again. */
function later(paths: readonly string[], app: () => Hono | undefined): Hono {
  const shell = new Hono()
  for (const path of paths) {
    shell.all(path, async (context) => {
      const present = app()
      if (present === undefined) return context.text('starting\n', 503, { 'retry-after': '2' })
      return present.fetch(context.req.raw, context.env)
    })
  }
  return shell
}
