import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { packageVersion } from '#io/version.ts'
import { Durations } from './durations.ts'
import { gaugeTexts, type Reading } from './readings.ts'

/** Those of Flux (fluxcd/pkg, runtime/metrics): ten steps from 10 ms to half an hour. */
const fluxBuckets = steps(0.01, 1800, 10)
const lagBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600]
const requestBuckets = [0.005, 0.025, 0.1, 0.25, 1, 2.5, 10, 30]

/** Everything that is told, in a registry of its own; the metrics of the process go by the names of prom-client. */
export function openInstruments() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const passes = new Durations(
    'gotk_reconcile_duration_seconds',
    'The duration in seconds of a GitOps Toolkit resource reconciliation.',
    fluxBuckets,
  )
  return {
    registry,
    passes,
    counted: countersIn(registry),
    timed: histogramsIn(registry),
    gauges: new Gauges(registry),
  }
}

export type Instruments = ReturnType<typeof openInstruments>

function countersIn(registry: Registry) {
  const counter = <const Labels extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Labels[] = [],
  ) => new Counter<Labels>({ name, help, labelNames: [...labelNames], registers: [registry] })
  const build = counter('tagboat_build_info', 'The version that runs.', ['version', 'node'])
  build.inc({ version: packageVersion(), node: process.version })
  return {
    reconciles: counter('tagboat_reconciles_total', 'Passes over objects.', ['kind', 'result']),
    pushes: counter('tagboat_pushes_total', 'Pushes to Git by how they ended.', ['result']),
    pushRetries: counter('tagboat_push_retries_total', 'Pushes that had to be made anew on another tip.'),
    registry: counter('tagboat_registry_requests_total', 'Requests to registries; code 0: no answer.', [
      'host',
      'kind',
      'code',
    ]),
    cluster: counter('tagboat_cluster_requests_total', 'Requests to the API server; code 0: no answer.', [
      'verb',
      'resource',
      'code',
    ]),
    eventsDropped: counter('tagboat_events_dropped_total', 'Events that --events-addr did not take in time.'),
    webhooks: counter('tagboat_webhooks_total', 'Webhooks by type and answer.', ['type', 'code']),
  }
}

function histogramsIn(registry: Registry) {
  const histogram = <const Labels extends string = never>(
    name: string,
    help: string,
    { buckets, labels = [] }: { readonly buckets: readonly number[]; readonly labels?: readonly Labels[] },
  ) => new Histogram<Labels>({ name, help, buckets: [...buckets], labelNames: [...labels], registers: [registry] })
  return {
    scan: histogram('tagboat_scan_duration_seconds', 'Reading the tags of a repository.', {
      buckets: lagBuckets,
      labels: ['result'],
    }),
    policy: histogram('tagboat_policy_lag_seconds', 'From a changed list of tags to the election that follows.', {
      buckets: lagBuckets,
    }),
    commit: histogram('tagboat_commit_lag_seconds', 'From an election to the pushed commit that writes it.', {
      buckets: lagBuckets,
    }),
    cluster: histogram('tagboat_cluster_request_seconds', 'Requests to the API server, but watches.', {
      buckets: requestBuckets,
      labels: ['verb'],
    }),
    registry: histogram('tagboat_registry_request_seconds', 'Requests to registries, until the head of the answer.', {
      buckets: requestBuckets,
      labels: ['kind'],
    }),
  }
}

/** The gauges that are read at each scrape. */
class Gauges {
  readonly #gauges: ReadonlyMap<string, Gauge>

  constructor(registry: Registry) {
    this.#gauges = new Map(
      Object.entries(gaugeTexts).map(([name, [help, labelNames]]) => {
        return [name, new Gauge<string>({ name, help, labelNames: [...labelNames], registers: [registry] })]
      }),
    )
  }

  /** These values and no others. */
  set(readings: readonly Reading[]): void {
    for (const gauge of this.#gauges.values()) gauge.reset()
    for (const { gauge, labels, value } of readings) this.#gauges.get(gauge)?.set({ ...labels }, value)
  }
}

/** `count` numbers from the first to the last, each as many times the one before (Prometheus' ExponentialBucketsRange). */
function steps(first: number, last: number, count: number): readonly number[] {
  const factor = (last / first) ** (1 / (count - 1))
  return Array.from({ length: count }, (_, index) => first * factor ** index)
}
