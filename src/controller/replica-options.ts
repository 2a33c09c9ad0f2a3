import type { Secret } from '#core/secret/secret.ts'
import type { Clock, Log } from '#flow/ports.ts'
import type { Metrics } from './metrics.ts'
import type { ControllerOptions } from './options.ts'
import type { Surface } from './surface.ts'

/** What the process gives to its replica. */
export interface ReplicaOptions {
  readonly options: ControllerOptions
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly surface: Surface
  /** Opens the dashboard; undefined: there is none. */
  readonly dashboardToken: Secret | undefined
  readonly selects: (labels: Readonly<Record<string, string>>) => boolean
  /** Asks for the end. */
  readonly signal: AbortSignal
}
