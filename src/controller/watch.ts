import { keyOf } from '#core/api/object-ref.ts'
import { usesOf } from '#core/api/uses.ts'
import type { CachedResource, Cluster, ClusterResources, ResourceChange } from '#io/cluster/cluster.ts'
import { Dispatcher, type DispatcherOptions } from './dispatch.ts'
import { References } from './references.ts'
import { SecretWatches } from './secrets.ts'
import { headerOf, wakesOf, wakesOfSecret, type Wake } from './wake.ts'

export interface TriggersOptions extends Omit<DispatcherOptions, 'references' | 'resources'> {
  readonly cluster: Pick<Cluster, 'watch' | 'list'>
  readonly resources: ClusterResources
}

/** Changes in the cluster on their way to jobs. */
export interface Triggers extends AsyncDisposable {
  readonly dispatcher: Dispatcher
  /** Secrets that are watched. */
  secretWatches(): number
}

/** Listens to the caches of a replica, and to the Secrets that its objects name, until it is closed. */
export async function openTriggers(options: TriggersOptions): Promise<Triggers> {
  const { resources, cluster, clock, log, selects } = options
  const references = new References()
  const dispatcher = new Dispatcher({ ...options, references })
  const secrets = new SecretWatches({
    cluster,
    clock,
    log,
    onChange: (secret, isFirst) => {
      resources.forgetSecret(secret.namespace, secret.name)
      const wakes = wakesOfSecret(secret, references)
      if (isFirst) dispatcher.news(wakes.map(({ key }) => key))
      else dispatcher.take(wakes)
    },
  })
  const listen = (change: ResourceChange): void => {
    const { key, after } = change
    if (after === undefined) references.remove(key)
    else references.put(key, after)
    followSecrets(change, references, secrets)
    if (after === undefined) dispatcher.forget(key)
    dispatcher.take([...wakesOf(change, references), ...chosenNow(change, selects)])
  }
  const stop = resources.onChange(listen)
  for (const key of [
    ...(await resources.list(new AbortController().signal)).map(keyOf),
    ...resources.broken().map(keyOf),
  ]) {
    const after = resources.cached(key)
    if (after !== undefined) listen({ key, before: undefined, after })
  }
  return {
    dispatcher,
    secretWatches: () => secrets.size,
    [Symbol.asyncDispose]: async () => {
      stop()
      await Promise.all([secrets[Symbol.asyncDispose](), dispatcher[Symbol.asyncDispose]()])
    },
  }
}

/** The object, if its labels have just brought it into this shard. */
function chosenNow({ key, before, after }: ResourceChange, selects: TriggersOptions['selects']): readonly Wake[] {
  if (before === undefined || after === undefined) return []
  const [former, now] = [before, after].map((cached) => selects(headerOf(cached).metadata.labels))
  return now === true && former === false ? [{ key, how: 'look', isOwn: true }] : []
}

function followSecrets({ key, before, after }: ResourceChange, references: References, secrets: SecretWatches): void {
  const { namespace } = key
  for (const name of new Set([...secretsIn(before), ...secretsIn(after)])) {
    secrets.follow({ namespace, name }, references.usersOfSecret(namespace, name).length > 0)
  }
}

function secretsIn(cached: CachedResource | undefined): readonly string[] {
  return cached?.is === 'resource' ? usesOf(cached.resource).secrets : []
}
