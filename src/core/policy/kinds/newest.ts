import { printTime } from '../../time.ts'
import type { CompiledKind, Known, PolicyKind, Rejection } from '../kind.ts'
import { compareBy } from '../order.ts'

/** Times before 2000 stand for "none" (reproducible builds write 1970 or 1980). */
const earliest = 946_684_800_000

/** How far a registry's or builder's clock may be ahead of ours. */
const maxAheadMs = 600_000

/**
 * `newest: {by}`: the tag with the latest time. `pushed` takes the registry's push time and where there is none the
 * time at which the image was built; `created` only the latter.
 */
export const newest: PolicyKind<{ readonly by: 'pushed' | 'created' }> = {
  compile({ by }): CompiledKind<number> {
    return {
      text: `newest by ${by === 'pushed' ? 'push' : 'creation'} time`,
      needs: by === 'pushed' ? ['pushed', 'created'] : ['created'],
      warnings: [],
      read: (_key, known) => timeOf(by, known),
      refuse: (time, known) => (time === undefined ? refuse(known) : undefined),
      compare: compareBy,
      print: printTime,
    }
  },
}

function timeOf(by: 'pushed' | 'created', { facts, now }: Known): number | undefined {
  if (facts?.artifact === true) return undefined
  const times = by === 'pushed' ? [facts?.pushedAt, facts?.createdAt] : [facts?.createdAt]
  return times.find((time) => time !== undefined && time >= earliest && time <= (now ?? Infinity) + maxAheadMs)
}

function refuse({ facts }: Known): Rejection {
  if (facts?.artifact === true) return { verdict: 'not-an-image', reason: 'an artefact and not a container image' }
  if (facts?.missing !== undefined) {
    return { verdict: 'facts-missing', reason: `the registry did not say when it was made: ${facts.missing}` }
  }
  return { verdict: 'no-time', reason: 'no believable time is known for it' }
}
