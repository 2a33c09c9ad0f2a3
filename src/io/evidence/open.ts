import { isAppError } from '#core/error.ts'
import type { Tag } from '#core/image/reference.ts'
import type { Fact, TagFacts } from '#core/policy/selection.ts'
import type { Clock, Evidence, RegistryClient, RegistrySource } from '#flow/ports.ts'
import { factsOf, type Contents } from './facts.ts'

/** What evidence is found with. */
export interface EvidenceDeps {
  readonly registry: RegistryClient
  readonly clock: Pick<Clock, 'now'>
}

type Want = Parameters<Evidence['of']>[1][number]

const concurrency = 8

/**
 * Finds facts by asking a registry: push times from its own list where it has one, everything else from manifests and
 * configurations. One tag whose facts cannot be had does not keep back the others. Nothing is kept between calls.
 */
export function openEvidence({ registry, clock }: EvidenceDeps): Evidence {
  return {
    async of(source, wants, signal) {
      const needsPushTimes = wants.some(({ facts }) => facts.includes('pushed'))
      const pushed = needsPushTimes ? await registry.pushTimes(source, signal) : undefined
      const found = new Map<Tag, TagFacts>()
      const waiting = [...wants]
      const work = async () => {
        for (let want = waiting.shift(); want !== undefined; want = waiting.shift()) {
          found.set(want.tag, await factsFor(want, { source, registry, clock, pushed, signal }))
        }
      }
      await Promise.all(Array.from({ length: Math.min(concurrency, wants.length) }, work))
      return found
    },
  }
}

interface Asking extends EvidenceDeps {
  readonly source: RegistrySource
  readonly pushed: ReadonlyMap<Tag, number> | undefined
  readonly signal: AbortSignal
}

async function factsFor({ tag, facts }: Want, asking: Asking): Promise<TagFacts> {
  const { source, registry, clock, pushed, signal } = asking
  const pushedAt = facts.includes('pushed') ? pushed?.get(tag) : undefined
  const known = pushedAt === undefined ? {} : { pushedAt }
  const rest = facts.filter((fact) => needsManifest(fact, pushedAt))
  if (rest.length === 0) return known
  const contents: Contents = {
    manifest: (reference) => registry.manifest(source, reference, signal),
    blob: (descriptor) => registry.blob(source, descriptor, signal),
  }
  try {
    return { ...known, ...(await factsOf(tag, rest, { contents, now: clock.now() })) }
  } catch (error) {
    if (!isAppError(error) || error.code === 'CANCELLED') throw error
    return { ...known, missing: error.code }
  }
}

/** Where no push time is kept, the time of creation stands in for it. */
function needsManifest(fact: Fact, pushedAt: number | undefined): boolean {
  return fact !== 'pushed' || pushedAt === undefined
}
