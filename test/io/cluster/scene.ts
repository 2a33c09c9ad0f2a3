import { systemClock } from '#io/clock.ts'
import type { Cluster, ClusterRequestSeen } from '#io/cluster/cluster.ts'
import { openCluster } from '#io/cluster/open.ts'
import type { WatchLimits } from '#io/cluster/watch.ts'
import type { Clock } from '#flow/ports.ts'
import { fakeKinds, keepingLog, tokenCredentials } from '../../conformance/cluster.scene.ts'
import { startFakeKubernetes, type FakeKind, type FakeKubernetes } from '../../fakes/kubernetes.ts'

/** A client on a fake whose clock does not wait. */
export interface FakeScene extends AsyncDisposable {
  readonly fake: FakeKubernetes
  readonly cluster: Cluster
  readonly signal: AbortSignal
  readonly logged: readonly string[]
  /** Every pause that the client made, in milliseconds. */
  readonly pauses: readonly number[]
  readonly seen: readonly ClusterRequestSeen[]
}

export interface FakeSceneOptions {
  readonly limits?: Partial<WatchLimits>
  /** Default: none is waited for. */
  readonly mostPauseMs?: number
}

/** The kind with a plural, of those that the fake serves. */
export function kindOf(resource: string): FakeKind {
  const kind = fakeKinds.find((one) => one.resource === resource)
  if (kind === undefined) throw new Error(`the fake has no ${resource}`)
  return kind
}

/** Pauses are written down and cut short. */
function hastyClock(pauses: number[], mostMs = 0): Clock {
  return {
    ...systemClock,
    random: () => 0.5,
    sleep: async (ms, signal) => {
      pauses.push(ms)
      await systemClock.sleep(Math.min(ms, mostMs), signal)
    },
  }
}

export async function fakeScene({ limits = {}, mostPauseMs = 0 }: FakeSceneOptions = {}): Promise<FakeScene> {
  const fake = await startFakeKubernetes({ kinds: fakeKinds })
  const log = keepingLog()
  const pauses: number[] = []
  const seen: ClusterRequestSeen[] = []
  const cluster = await openCluster({
    credentials: tokenCredentials({ url: fake.url, ca: undefined }, 'token'),
    userAgent: 'tagboat/test',
    clock: hastyClock(pauses, mostPauseMs),
    log,
    onRequest: (one) => void seen.push(one),
    limits,
  })
  return {
    fake,
    cluster,
    signal: new AbortController().signal,
    logged: log.texts,
    pauses,
    seen,
    [Symbol.asyncDispose]: async () => {
      await cluster[Symbol.asyncDispose]()
      await fake[Symbol.asyncDispose]()
    },
  }
}
