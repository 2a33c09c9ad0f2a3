import type { Tag } from '#core/image/reference.ts'
import type { Fact, TagFacts } from '#core/policy/selection.ts'
import type { RegistrySource } from '#flow/ports.ts'

/** Which facts of a tag are wanted. */
interface Want {
  readonly tag: Tag
  readonly facts: readonly Fact[]
}

interface Known {
  readonly facts: TagFacts
  readonly asked: ReadonlySet<Fact>
  readonly until: number
}

const keepMs = 3_600_000
const maxTags = 50_000

/**
 * Remembers facts for an hour, apart for each source: a tag seldom moves, and each question about it costs requests.
 * Times are monotonic milliseconds.
 */
export class FactMemory {
  readonly #known = new Map<string, Known>()

  /** What is known of a tag; undefined unless it answers every one of the facts. */
  get(source: RegistrySource, { tag, facts }: Want, now: number): TagFacts | undefined {
    const known = this.#known.get(keyOf(source, tag))
    const answers = known !== undefined && known.until > now && facts.every((fact) => known.asked.has(fact))
    return answers ? known.facts : undefined
  }

  /** Keeps an answer; one with `missing` is none. */
  keep(source: RegistrySource, want: Want, { facts, now }: { readonly facts: TagFacts; readonly now: number }): void {
    const key = keyOf(source, want.tag)
    this.#known.delete(key)
    if (facts.missing !== undefined) return
    this.#known.set(key, { facts, asked: new Set(want.facts), until: now + keepMs })
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= maxTags) return
      this.#known.delete(oldest)
    }
  }
}

function keyOf({ image, pullSecrets, certSecret, proxySecret, insecure, provider }: RegistrySource, tag: Tag): string {
  const secrets = [...pullSecrets, certSecret, proxySecret].map((secret) =>
    secret === undefined ? null : [secret.namespace, secret.name, secret.uid, secret.resourceVersion],
  )
  return JSON.stringify([image.host, image.path, tag, insecure, provider, secrets])
}
