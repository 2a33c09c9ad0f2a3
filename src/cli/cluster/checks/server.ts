import { textAt } from '../../print/resource-columns.ts'
import type { ClusterSession } from '../connect.ts'
import type { Finding } from './finding.ts'

/** Older servers lack what the definitions need: rules in CEL that can compare fields. */
const oldest = { major: 1, minor: 28 }

/** Clocks may differ by so much before times in statuses and Leases mislead. */
const mostSkewMs = 2000

/** Does the API server answer, and is it new enough? */
export async function checkServer({ cluster, signal }: ClusterSession): Promise<readonly Finding[]> {
  const version = await cluster.read('/version', signal)
  const [major, minor] = ['major', 'minor'].map((field) => Number.parseInt(textAt(version, field), 10))
  const shown = textAt(version, 'gitVersion') || 'of an unknown version'
  const isNew = major === oldest.major && minor !== undefined && minor >= oldest.minor
  const message = `${cluster.server} answers, Kubernetes ${shown}`
  if (isNew) return [{ check: 'API server', ok: true, message }]
  const hint = `Kubernetes ${oldest.major}.${oldest.minor} or later is needed`
  return [{ check: 'API server', ok: false, message, hint }]
}

/** Do the clock of this computer and that of the API server agree? */
export async function checkClock({ cluster, clock, signal }: ClusterSession): Promise<readonly Finding[]> {
  const askedAt = clock.now()
  const serverAt = await cluster.serverTime(signal)
  if (serverAt === undefined) {
    return [{ check: 'clock', ok: true, message: 'the API server tells no time, so clocks were not compared' }]
  }
  const skewMs = skewBetween({ askedAt, answeredAt: clock.now(), serverAt })
  if (Math.abs(skewMs) <= mostSkewMs) {
    return [{ check: 'clock', ok: true, message: 'agrees with that of the API server' }]
  }
  const seconds = (Math.abs(skewMs) / 1000).toFixed(1)
  const message = `the API server's is ${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} ours`
  return [{ check: 'clock', ok: false, message, hint: 'synchronize the clocks (NTP)' }]
}

/** All in epoch milliseconds. */
interface Times {
  readonly askedAt: number
  readonly answeredAt: number
  /** Cut to the second, so that it may be up to a second later. */
  readonly serverAt: number
}

/** By how much the server's clock is ahead of ours at least, given that its answer was made in between; negative: behind. */
export function skewBetween({ askedAt, answeredAt, serverAt }: Times): number {
  if (serverAt > answeredAt) return serverAt - answeredAt
  const latestServerAt = serverAt + 999
  return latestServerAt < askedAt ? latestServerAt - askedAt : 0
}
