import { parseTime } from '#core/time.ts'
import { printAge } from '../../print/age.ts'
import { textAt } from '../../print/resource-columns.ts'
import type { ClusterSession } from '../connect.ts'
import type { Finding } from './finding.ts'

const leases = { group: 'coordination.k8s.io', version: 'v1', resource: 'leases' }

/** As the controller calls it where it works on everything; shards add to it. */
const leaseName = 'tagboat-leader'

/** Who leads the controller's replicas. Nobody is no failure: it may not be installed yet. */
export async function checkLease(
  { cluster, clock, signal }: ClusterSession,
  namespace: string,
): Promise<readonly Finding[]> {
  const check = `Lease ${namespace}/${leaseName}`
  const lease = await cluster.get(leases, { namespace, name: leaseName }, signal)
  if (lease === undefined) return [{ check, ok: true, message: 'does not exist: no controller has run here yet' }]
  const holder = textAt(lease, 'spec', 'holderIdentity')
  const silentMs = clock.now() - (parseTime(textAt(lease, 'spec', 'renewTime')) ?? 0)
  const lastsMs = Number(textAt(lease, 'spec', 'leaseDurationSeconds')) * 1000
  if (holder === '') return [{ check, ok: true, message: 'nobody holds it: no controller runs' }]
  if (silentMs <= lastsMs) return [{ check, ok: true, message: `${holder} holds it` }]
  const message = `nobody holds it: ${holder} has been silent for ${printAge(silentMs)}`
  return [{ check, ok: true, message, hint: 'see whether the pods of the controller run' }]
}
