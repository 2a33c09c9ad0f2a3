import { isAppError } from '#core/error.ts'
import type { Tag } from '#core/image/reference.ts'
import type { Fact, TagFacts } from '#core/policy/selection.ts'
import type { Clock, Evidence, RegistryClient, RegistrySource } from '#flow/ports.ts'
import { factsOf, type Contents } from './facts.ts'
import { FactMemory } from './memory.ts'

/** What evidence is found with. */
export interface EvidenceDeps {
  readonly registry: RegistryClient
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
}

type Want = Parameters<Evidence['of']>[1][number]

const concurrency = 8

/**
 * Finds facts by asking a registry: push times from its own list where it has one, everything else from manifests and
 * configurations; what was found is believed for an hour. One tag whose facts cannot be had does not keep back others.
 */
export function openEvidence(deps: EvidenceDeps): Evidence {
  const memory = new FactMemory()
  return {
    async of(source, wants, signal) {
      const now = deps.clock.monotonic()
      const found = new Map<Tag, TagFacts>()
      const unknown: Want[] = []
      for (const want of wants) {
        const known = memory.get(source, want, now)
        if (known === undefined) unknown.push(want)
        else found.set(want.tag, known)
      }
      const pushed = await pushTimesFor(unknown, { source, signal, ...deps })
      await forEachOf(unknown, async (want) => {
        const facts = await factsFor(want, { ...deps, source, pushed, signal })
        memory.keep(source, want, { facts, now })
        found.set(want.tag, facts)
      })
      return found
    },
  }
}

/** Does the work for each, eight at a time. */
async function forEachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items]
  const next = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, next))
}

interface Asking extends EvidenceDeps {
  readonly source: RegistrySource
  readonly signal: AbortSignal
}

async function pushTimesFor(wants: readonly Want[], { registry, source, signal }: Asking) {
  if (!wants.some(({ facts }) => facts.includes('pushed'))) return undefined
  try {
    return await registry.pushTimes(source, signal)
  } catch (error) {
    // The login fails for the manifests too, and is told there; tags whose time is not needed go on.
    if (isAppError(error) && error.code !== 'CANCELLED') return undefined
    throw error
  }
}

async function factsFor(
  { tag, facts }: Want,
  { source, registry, clock, pushed, signal }: Asking & { readonly pushed: ReadonlyMap<Tag, number> | undefined },
): Promise<TagFacts> {
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
