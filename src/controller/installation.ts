import { createHash } from 'node:crypto'
import { AppError } from '#core/error.ts'
import type { Clock, Log } from '#flow/ports.ts'
import type { Cluster } from '#io/cluster/cluster.ts'
import type { ControllerOptions } from './options.ts'

/** By what one installation is told from others on the same API server or the same Redis. */
export interface Installation {
  /** Of all keys in Redis; braces keep them in one slot of a Redis Cluster. */
  readonly prefix: string
  readonly leaseName: string
}

/**
 * Names this installation: by the UID of the cluster (that of namespace kube-system), and by what it watches, so that
 * shards have queues and leaders of their own. Asks until the API server answers.
 */
export async function findInstallation(
  cluster: Pick<Cluster, 'get' | 'server'>,
  options: Pick<ControllerOptions, 'labelSelector' | 'namespaces'>,
  { clock, log, signal }: { readonly clock: Clock; readonly log: Log; readonly signal: AbortSignal },
): Promise<Installation> {
  const uid = await clusterUid(cluster, { clock, log, signal })
  const { labelSelector, namespaces } = options
  const isWhole = labelSelector === '' && namespaces.length === 0
  const part = JSON.stringify([labelSelector, namespaces.toSorted()])
  const shard = isWhole ? '' : `-${createHash('sha256').update(part).digest('hex').slice(0, 10)}`
  return { prefix: `{tagboat:${uid}${shard}}`, leaseName: `tagboat-leader${shard}` }
}

async function clusterUid(
  cluster: Pick<Cluster, 'get' | 'server'>,
  { clock, log, signal }: { readonly clock: Clock; readonly log: Log; readonly signal: AbortSignal },
): Promise<string> {
  for (let failures = 0; ; failures += 1) {
    try {
      const name = { name: 'kube-system' }
      const namespace = await cluster.get({ group: '', version: 'v1', resource: 'namespaces' }, name, signal)
      const uid = namespace?.metadata.uid
      if (uid !== undefined) return uid
      throw new AppError('CLUSTER_NOT_FOUND', `${cluster.server} has no namespace kube-system`)
    } catch (error) {
      if (signal.aborted) throw error
      log.warn(`the API server ${cluster.server} is not ready; asking again`, { error })
      await clock.sleep(Math.min(250 * 2 ** failures, 5000), signal)
    }
  }
}
