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

/** The hooks of all resources, by their paths. */
export class Hooks {
  readonly #options: HooksOptions
  /** By a hash of the path, so that the time of a look-up tells nothing of the paths. */
  #byPath: ReadonlyMap<string, readonly Hook[]> | undefined
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
      const hooks = await findHooks(resources, signal)
      this.#byPath = Map.groupBy(hooks, ({ path }) => systemHashes.sha256(path))
      this.#readAt = clock.monotonic()
    } catch (error) {
      this.#isStale = true
      if (this.#byPath === undefined) throw error
      this.#readAt = clock.monotonic()
      log.warn('the webhooks could not be read anew; those known before stay', { error })
    }
  }
}

/** Every hook that is open. */
async function findHooks(
  resources: Pick<ResourceReader, 'list' | 'secret'>,
  signal: AbortSignal,
): Promise<readonly Hook[]> {
  const all = await resources.list(signal)
  const secrets = new Map<string, Promise<SecretObject | undefined>>()
  const secretOf = async ({ metadata, spec }: HookOwner): Promise<SecretObject | undefined> => {
    const name = spec.webhook?.secretRef.name
    if (name === undefined) return undefined
    const key = `${metadata.namespace}/${name}`
    const known = secrets.get(key) ?? resources.secret(metadata.namespace, name, signal)
    secrets.set(key, known)
    return known
  }
  const owners = all.filter(isOwner)
  const hooks = await Promise.all(
    owners.map(async (owner) => {
      const secret = await secretOf(owner)
      return hookOf(owner, { secret, sha256: systemHashes.sha256, refs: refsOf(owner, all) })
    }),
  )
  return hooks.filter((hook) => hook !== undefined)
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
