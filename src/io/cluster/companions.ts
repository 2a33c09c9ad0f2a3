import { AppError } from '#core/error.ts'
import { secretData, type SecretObject } from '#core/secret/secret-object.ts'
import type { Clock } from '#flow/ports.ts'
import type { Cluster, KubeObject } from './cluster.ts'
import { isRecord } from './objects.ts'

type Labels = Readonly<Record<string, string>>

const core = { group: '', version: 'v1' }
const lifetime = new AbortController().signal

interface Kept {
  readonly object: Promise<KubeObject | undefined>
  readonly at: number
}

const mostKept = 10_000

/** Secrets, ServiceAccounts and Namespaces by name: read one by one, since nobody may list all, and kept for seconds. */
export class Companions {
  readonly #cluster: Pick<Cluster, 'get'>
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #ttlMs: number
  readonly #kept = new Map<string, Kept>()

  constructor(
    cluster: Pick<Cluster, 'get'>,
    { clock, ttlMs }: { readonly clock: Pick<Clock, 'monotonic'>; readonly ttlMs: number },
  ) {
    this.#cluster = cluster
    this.#clock = clock
    this.#ttlMs = ttlMs
  }

  async secret(namespace: string, name: string): Promise<SecretObject | undefined> {
    const object = await this.#read('secrets', { namespace, name })
    return object === undefined ? undefined : secretIn(object, namespace)
  }

  /** Names of its imagePullSecrets; undefined if there is no such account. */
  async pullSecrets(namespace: string, account: string): Promise<readonly string[] | undefined> {
    const object = await this.#read('serviceaccounts', { namespace, name: account })
    if (object === undefined) return undefined
    const listed = object['imagePullSecrets']
    return (Array.isArray(listed) ? listed : []).flatMap((one: unknown) => {
      return isRecord(one) && typeof one['name'] === 'string' ? [one['name']] : []
    })
  }

  async namespaceLabels(namespace: string): Promise<Labels> {
    return (await this.#read('namespaces', { name: namespace }))?.metadata.labels ?? {}
  }

  forgetSecret(namespace: string, name: string): void {
    this.#kept.delete(keyOf('secrets', { namespace, name }))
  }

  async #read(
    resource: string,
    name: { readonly namespace?: string; readonly name: string },
  ): Promise<KubeObject | undefined> {
    const key = keyOf(resource, name)
    const kept = this.#kept.get(key)
    if (kept !== undefined && this.#clock.monotonic() - kept.at < this.#ttlMs) return kept.object
    // One request for all who ask at once, and none of them can end it for the others.
    const object = this.#cluster.get({ ...core, resource }, name, lifetime)
    this.#kept.delete(key)
    this.#kept.set(key, { object, at: this.#clock.monotonic() })
    object.catch(() => this.#kept.delete(key))
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest)
    return object
  }
}

function keyOf(resource: string, { namespace, name }: { readonly namespace?: string; readonly name: string }): string {
  return JSON.stringify([resource, namespace, name])
}

function secretIn({ metadata, ...fields }: KubeObject, namespace: string): SecretObject {
  const { name, uid, resourceVersion = '' } = metadata
  const data = isRecord(fields['data']) ? fields['data'] : {}
  const values = Object.entries(data).map(([key, value]): readonly [string, string] => {
    if (typeof value !== 'string') {
      throw new AppError('RESOURCE_SECRET_INVALID', `Secret ${namespace}/${name}: data.${key}: is no text`)
    }
    return [key, Buffer.from(value, 'base64').toString()]
  })
  return {
    namespace,
    name,
    ...(uid !== undefined && { uid }),
    resourceVersion,
    type: typeof fields['type'] === 'string' ? fields['type'] : 'Opaque',
    data: secretData(values),
  }
}
