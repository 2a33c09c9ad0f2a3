import type { GitReference } from '#core/api/git-repository.ts'
import { referenceKeys } from '#core/api/group.ts'
import { keyOf, keyText } from '#core/api/object-ref.ts'
import { hookOf, type Hook, type HookOwner } from '#core/webhook/hook.ts'
import type { SecretObject } from '#core/secret/secret-object.ts'
import type { Clock, Log, Resource, ResourceReader } from '#flow/ports.ts'
import { systemHashes } from '#io/hash.ts'

/** What hooks are made of. */
export interface HooksOptions {
  readonly resources: Pick<ResourceReader, 'list' | 'secret'>
  readonly clock: Pick<Clock, 'monotonic'>
  readonly log: Log
}

/** Hooks are looked at anew after a change, at most once a second, and after a minute in any case. */
const leastMs = 1000
const mostMs = 60_000

type Secrets = ReadonlyMap<string, SecretObject | undefined>

/** The hooks of all resources, by their paths. */
export class Hooks {
  readonly #options: HooksOptions
  /** By a hash of the path, so that the time of a look-up tells nothing of the paths. */
  #byPath: ReadonlyMap<string, readonly Hook[]> | undefined
  #secrets: Secrets = new Map()
  #readAt = -Infinity
  #isStale = true
  #reading: Promise<void> | undefined

  constructor(options: HooksOptions) {
    this.#options = options
  }

  /** A resource or a Secret has changed. */
  changed(): void {
    this.#isStale = true
  }

  /** The hooks under a path; empty if there is none. Rejects while none could be read at all. */
  async lookup(path: string, signal: AbortSignal): Promise<readonly Hook[]> {
    const ageMs = this.#options.clock.monotonic() - this.#readAt
    if (ageMs > mostMs || (this.#isStale && ageMs > leastMs)) {
      await (this.#reading ??= this.#read(signal).finally(() => (this.#reading = undefined)))
    }
    return this.#byPath?.get(systemHashes.sha256(path)) ?? []
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { clock, log, resources } = this.#options
    this.#isStale = false
    try {
      const all = await resources.list(signal)
      const owners = all.filter(isOwner)
      this.#secrets = await this.#readSecrets(owners, signal)
      const hooks = owners.flatMap((owner) => {
        const secret = this.#secrets.get(secretKey(owner))
        return hookOf(owner, { secret, sha256: systemHashes.sha256, refs: refsOf(owner, all) }) ?? []
      })
      this.#byPath = Map.groupBy(hooks, ({ path }) => systemHashes.sha256(path))
    } catch (error) {
      this.#isStale = true
      if (this.#byPath === undefined) throw error
      log.warn('webhooks could not be read anew; those known before stay', { error })
    }
    this.#readAt = clock.monotonic()
  }

  /** One that cannot be read now keeps what it held, and hinders no other. Rejects where all that is wanted failed. */
  async #readSecrets(owners: readonly HookOwner[], signal: AbortSignal): Promise<Secrets> {
    const names = new Map(owners.map((owner) => [secretKey(owner), owner]))
    const failures: unknown[] = []
    const read = [...names].map(async ([key, { metadata, spec }]) => {
      try {
        const secret = await this.#options.resources.secret(
          metadata.namespace,
          spec.webhook?.secretRef.name ?? '',
          signal,
        )
        return [key, secret] as const
      } catch (error) {
        failures.push(error)
        return [key, this.#secrets.get(key)] as const
      }
    })
    const secrets = new Map(await Promise.all(read))
    const [first] = failures
    if (failures.length === names.size && failures.length > 0) throw first
    if (failures.length > 0) this.#sayUnread(failures)
    return secrets
  }

  #sayUnread(failures: readonly unknown[]): void {
    this.#isStale = true
    const message = `Secrets of webhooks could not be read: ${failures.length}`
    this.#options.log.warn(message, { error: failures[0] })
  }
}

function secretKey({ metadata, spec }: HookOwner): string {
  return `${metadata.namespace}/${spec.webhook?.secretRef.name ?? ''}`
}

function isOwner(one: Resource): one is HookOwner {
  return (one.kind === 'ImageRepository' || one.kind === 'GitRepository') && one.spec.webhook !== undefined
}

/** Refs that automations read or push to besides the one that the GitRepository names. */
function refsOf(owner: HookOwner, all: readonly Resource[]): readonly GitReference[] {
  if (owner.kind !== 'GitRepository') return []
  const key = keyText(keyOf(owner))
  return all.flatMap((one) => {
    if (one.kind !== 'ImageUpdateAutomation') return []
    const { sourceRef, git } = one.spec
    if (!referenceKeys(one, sourceRef).some((candidate) => keyText(candidate) === key)) return []
    const branch = git?.push?.branch
    return [...(git?.checkout === undefined ? [] : [git.checkout.ref]), ...(branch === undefined ? [] : [{ branch }])]
  })
}
