import { specAnnotation } from '#core/api/annotations.ts'
import type { Secret } from '#core/secret/secret.ts'
import type { Clock, Log } from '#flow/ports.ts'
import type { ResourceChange } from '#io/cluster/cluster.ts'
import { packageVersion } from '#io/version.ts'
import { announcer } from './announce.ts'
import type { Edges } from './edges.ts'
import type { Metrics } from './metrics.ts'
import type { ControllerOptions } from './options.ts'
import type { JobQueues } from './queue/open.ts'
import { headerOf } from './wake.ts'
import { openWebhooks, type Webhooks } from './webhook/open.ts'

type BoardApp = Webhooks['app']

interface Pages extends AsyncDisposable {
  readonly webhooks: Webhooks['app']
  readonly board: BoardApp | undefined
}

interface Opening {
  readonly edges: Edges
  readonly queues: JobQueues
  readonly options: ControllerOptions
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly metrics: Metrics
  readonly clock: Clock
  readonly log: Log
  readonly dashboardToken: Secret | undefined
}

/** Opens what is served besides probes and metrics: the receiver of webhooks, and the page of the queues if asked for. */
export async function openPages(opening: Opening): Promise<Pages> {
  const { edges, queues, environment, metrics, clock, log } = opening
  const webhooks = openWebhooks({
    resources: edges.resources,
    announce: announcer(edges.shared.scans, queues),
    clock,
    log,
    environment,
    userAgent: `tagboat/${packageVersion()}`,
    onSeen: (type, code) => metrics.webhook(type, code),
  })
  const stop = edges.resources.onChange((change) => {
    if (isRewritten(change)) webhooks.changed()
  })
  return {
    webhooks: webhooks.app,
    board: await boardOf(opening),
    [Symbol.asyncDispose]: async () => {
      stop()
      await webhooks[Symbol.asyncDispose]()
    },
  }
}

/** The page is 20 MiB of code, so only whoever wants it loads it. */
async function boardOf({ queues, options, dashboardToken: token, clock, log }: Opening): Promise<BoardApp | undefined> {
  if (token === undefined) return undefined
  const { boardApp } = await import('./board.ts')
  return boardApp({ queues: queues.board, token, writable: options.dashboard?.writable ?? false, clock, log })
}

/** Did more change than a status? Hooks come from specs and annotations. */
function isRewritten({ before, after }: ResourceChange): boolean {
  if (before === undefined || after === undefined) return true
  const [former, now] = [headerOf(before).metadata, headerOf(after).metadata]
  return former.generation !== now.generation || former.annotations[specAnnotation] !== now.annotations[specAnnotation]
}
