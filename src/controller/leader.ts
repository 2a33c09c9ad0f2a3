import type { Cluster, LeaseOptions } from '#io/cluster/cluster.ts'
import { openLease } from '#io/cluster/lease.ts'

export interface LeadershipOptions extends LeaseOptions {
  /** False: this is the only replica, and leads (`--no-leader-election`). */
  readonly isElected: boolean
  /** This process leads from now on. */
  readonly lead: () => void
  /** It leads no more. */
  readonly rest: () => void
}

/** Whether this process is the one of the replicas that adds jobs. */
export interface Leadership extends AsyncDisposable {
  /** Judged at this moment: a process that was frozen beyond its Lease says no at once. */
  isLeading(): boolean
  /** Who leads, as far as is known. */
  leader(): string | undefined
}

/** Competes for the Lease until closed; closing gives it back, after `rest`. */
export function openLeadership(cluster: Cluster, options: LeadershipOptions): Leadership {
  return options.isElected ? elected(cluster, options) : alone(options)
}

function elected(cluster: Cluster, { lead, rest, ...options }: LeadershipOptions): Leadership {
  const lease = openLease(cluster, options)
  const { log, identity } = options
  let wasHeld = false
  lease.onChange((isHeld) => {
    if (isHeld === wasHeld) return
    wasHeld = isHeld
    log.info(isHeld ? 'leads from now on' : 'leads no more', { identity })
    if (isHeld) lead()
    else rest()
  })
  return {
    isLeading: () => lease.held(),
    leader: () => lease.holder(),
    [Symbol.asyncDispose]: async () => lease[Symbol.asyncDispose](),
  }
}

function alone({ lead, rest, identity }: LeadershipOptions): Leadership {
  let isLeading = true
  lead()
  return {
    isLeading: () => isLeading,
    leader: () => identity,
    [Symbol.asyncDispose]: async () => {
      isLeading = false
      rest()
    },
  }
}
