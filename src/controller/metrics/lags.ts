import { referenceKeys } from '#core/api/group.ts'
import type { ImagePolicy } from '#core/api/image-policy.ts'
import type { ImageRepository } from '#core/api/image-repository.ts'
import type { ImageUpdateAutomation } from '#core/api/image-update-automation.ts'
import { keyText } from '#core/api/object-ref.ts'
import type { CachedResource, ResourceChange } from '#io/cluster/cluster.ts'

/** A time that passed between two things that belong together. */
export interface Lag {
  readonly of: 'policy' | 'commit'
  readonly ms: number
}

/** What happened longer ago than this has another cause. */
const longestMs = 3_600_000

/**
 * How long news takes: from a changed list of tags to the election that it leads to (`policy`), and from an election to
 * the commit that writes it (`commit`). Seen from changes of objects, whichever replica has done the work.
 */
export class Lags {
  /** When the list of an ImageRepository last changed, by `keyText`. */
  readonly #listedAt = new Map<string, number>()
  /** When an ImagePolicy last elected another image, by `keyText`. */
  readonly #electedAt = new Map<string, number>()

  /** Lags that end with a change; `now` never goes back. */
  changed({ key, before, after }: ResourceChange, now: number): readonly Lag[] {
    const [old, next] = [resourceOf(before), resourceOf(after)]
    const name = keyText(key)
    if (after === undefined) {
      this.#listedAt.delete(name)
      this.#electedAt.delete(name)
    }
    // What is new in the cache tells nothing of when it came about.
    if (old === undefined || next === undefined) return []
    if (old.kind === 'ImageRepository' && next.kind === 'ImageRepository') this.#listChanged(name, old, next, now)
    if (old.kind === 'ImagePolicy' && next.kind === 'ImagePolicy') return this.#policyChanged(name, old, next, now)
    if (old.kind !== 'ImageUpdateAutomation' || next.kind !== 'ImageUpdateAutomation') return []
    return this.#automationChanged(old, next, now)
  }

  #listChanged(name: string, old: ImageRepository, next: ImageRepository, now: number): void {
    const [before, after] = [old.status?.lastScanResult, next.status?.lastScanResult]
    if (after !== undefined && before?.revision !== after.revision) this.#listedAt.set(name, now)
  }

  #policyChanged(name: string, old: ImagePolicy, next: ImagePolicy, now: number): readonly Lag[] {
    if (!isOtherImage(old.status?.latestRef, next.status?.latestRef)) return []
    const electedBefore = this.#electedAt.get(name) ?? -Infinity
    this.#electedAt.set(name, now)
    // An election by a changed spec does not follow from the list.
    if (old.status?.observedGeneration !== next.status?.observedGeneration) return []
    const repositories = referenceKeys(next, { kind: 'ImageRepository', ...next.spec.imageRepositoryRef })
    const listedAt = repositories.map((one) => this.#listedAt.get(keyText(one))).find((at) => at !== undefined)
    if (listedAt === undefined || listedAt < electedBefore || now - listedAt > longestMs) return []
    return [{ of: 'policy', ms: now - listedAt }]
  }

  #automationChanged(old: ImageUpdateAutomation, next: ImageUpdateAutomation, now: number): readonly Lag[] {
    if (next.status?.lastPushCommit === undefined || old.status?.lastPushCommit === next.status.lastPushCommit)
      return []
    const before = old.status?.observedPolicies ?? {}
    return Object.entries(next.status.observedPolicies ?? {}).flatMap(([policy, ref]): readonly Lag[] => {
      if (!isOtherImage(before[policy], ref)) return []
      const [name = '', namespace] = policy.split('/').toReversed()
      const policies = referenceKeys(next, { kind: 'ImagePolicy', name, namespace })
      const electedAt = policies.map((one) => this.#electedAt.get(keyText(one))).find((at) => at !== undefined)
      if (electedAt === undefined || now - electedAt > longestMs) return []
      return [{ of: 'commit', ms: now - electedAt }]
    })
  }
}

function resourceOf(cached: CachedResource | undefined) {
  return cached?.is === 'resource' ? cached.resource : undefined
}

type Ref = { readonly name: string; readonly tag: string; readonly digest?: string } | undefined

function isOtherImage(before: Ref, after: Ref): boolean {
  if (after === undefined) return false
  return before?.name !== after.name || before.tag !== after.tag || before.digest !== after.digest
}
