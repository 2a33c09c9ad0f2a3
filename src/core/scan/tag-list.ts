import type { Regex } from '../regex.ts'
import { exclude } from './exclude.ts'

/** How many of the highest tags stand in the status. */
const shownTags = 10

/** What the status of an ImageRepository says about a list, after its own exclusions. */
export interface TagListSummary {
  /** `sha256:<hex>` of the tags, descending, joined by line feeds; opaque to readers. */
  readonly revision: string
  readonly tagCount: number
  /** The first ten in descending byte order. */
  readonly latestTags: readonly string[]
}

/**
 * Sums up an accepted list. `tags` in descending byte order, as the registry client gives them; `sha256` gives hex.
 */
export function summariseTags(
  tags: readonly string[],
  exclusions: readonly Regex[],
  sha256: (text: string) => string,
): TagListSummary {
  const kept = exclude(tags, exclusions)
  return {
    revision: `sha256:${sha256(kept.join('\n'))}`,
    tagCount: kept.length,
    latestTags: kept.slice(0, shownTags),
  }
}

/** Message of Ready=True of an ImageRepository, in Flux's words. */
export function scanMessage({ tagCount, revision }: TagListSummary): string {
  return `successful scan: found ${tagCount} tags with checksum ${revision}`
}
