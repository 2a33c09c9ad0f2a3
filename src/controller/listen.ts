import { AppError } from '#core/error.ts'
import type { ObjectRef } from '#core/api/object-ref.ts'
import type { Clock, Log, Resource, ResourceReader } from '#flow/ports.ts'
import { packageVersion } from '#io/version.ts'
import { openMetrics } from './metrics.ts'
import { phaseCheck, probesApp } from './probes.ts'
import { serve } from './server.ts'
import { metricsApp } from './surface.ts'
import type { Announce } from './webhook/announcer.ts'
import { openWebhooks } from './webhook/open.ts'

/** What `tagboat run --listen` hands over. */
interface ListenOptions {
  /** `:9292`, `127.0.0.1:9292`; port 0 takes a free one. */
  readonly address: string
  readonly resources: Pick<ResourceReader, 'list' | 'secret'>
  readonly announce: Announce
  readonly clock: Clock
  readonly log: Log
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** A pass over an object that has ended. */
interface EndedPass {
  readonly key: ObjectRef
  readonly before: Resource | undefined
  readonly after: Resource | undefined
  readonly ms: number
  readonly ok: boolean
}

interface Listening extends AsyncDisposable {
  /** `http://host:port` */
  readonly url: string
  readonly passed: (pass: EndedPass) => void
}

const flag = '--listen'

const cached = (resource: Resource | undefined) => resource && ({ is: 'resource', resource } as const)

/**
 * Serves webhooks, probes and metrics of a loop without cluster and Redis, all at one address. `USAGE_INVALID` for an
 * address that cannot be read, `SERVER_LISTEN_FAILED` for one that cannot be had.
 */
export async function listen({ address, ...options }: ListenOptions): Promise<Listening> {
  await using stack = new AsyncDisposableStack()
  const metrics = openMetrics(options.clock)
  const webhooks = stack.use(
    openWebhooks({
      ...options,
      userAgent: `tagboat/${packageVersion()}`,
      onSeen: (type, code) => metrics.webhook(type, code),
    }),
  )
  const state = { phase: 'running' as 'running' | 'draining' }
  const probes = probesApp({ ready: () => [phaseCheck(state.phase)], alive: () => [] })
  const apps = [webhooks.app, probes, metricsApp(metrics)]
  const served = stack.use(
    await serve(
      apps.map((app) => ({ flag, address, app })),
      options.log,
    ),
  )
  const url = served.urls[flag]
  if (url === undefined)
    throw new AppError('USAGE_INVALID', `${flag}: expected :9292 or 127.0.0.1:9292, got "${address}"`)
  const owned = stack.move()
  return {
    url,
    passed: ({ key, before, after, ms, ok }) => {
      metrics.reconciled(key, ms / 1000, ok)
      metrics.changed({ key, before: cached(before), after: cached(after) })
    },
    [Symbol.asyncDispose]: async () => {
      state.phase = 'draining'
      await owned.disposeAsync()
    },
  }
}
