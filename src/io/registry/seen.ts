/** What a request to a registry, or to its token server, is for. */
export type RequestKind = 'tags' | 'manifest' | 'blob' | 'referrers' | 'push-times' | 'ping' | 'token'

/** A request that was sent and how it ended, for metrics. */
export interface RegistryRequestSeen {
  /** The registry that it was sent for, as in an image name; a redirect or a token server does not change it. */
  readonly host: string
  readonly kind: RequestKind
  /** HTTP status, or 0 where there was no answer. */
  readonly code: number
  /** Until the head of the answer. */
  readonly ms: number
}

/** What is known of the patience of a host. */
export interface RegistryHostState {
  /** As in an image name. */
  readonly host: string
  /** Requests that are left in the window, of the credential that has the fewest; undefined: the host does not say. */
  readonly remaining: number | undefined
  /** Epoch milliseconds before which somebody is not let through: a pause that was asked for, or a host that is down. */
  readonly blockedUntil: number | undefined
}

/** Begins to watch a request; the result is told its status (0: no answer) when it has one. */
export type RequestMeter = (host: string, kind: RequestKind) => (code: number) => void

export function meterOf(
  onRequest: (seen: RegistryRequestSeen) => void,
  clock: { readonly monotonic: () => number },
): RequestMeter {
  return (host, kind) => {
    const startedAt = clock.monotonic()
    return (code) => onRequest({ host, kind, code, ms: clock.monotonic() - startedAt })
  }
}
