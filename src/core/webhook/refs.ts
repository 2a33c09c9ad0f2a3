import type { GitReference } from '../api/git-repository.ts'
import { z } from '../schema.ts'
import { readPayload } from './payload.ts'
import type { News } from './sender.ts'

const pushed = z.object({ ref: z.string() })

/** News of the one ref that GitHub, GitLab and Gitea name in a push. `WEBHOOK_MALFORMED`. */
export function refNews(payload: unknown): News {
  return { is: 'refs', refs: [readPayload(pushed, payload).ref] }
}

/**
 * Could a push to this ref be of interest to who follows `reference`? By its precedence: a commit may come by any ref,
 * then a full name, a tag, any tag for a range of versions, and a branch, `master` where none is named. Empty fields
 * count as absent.
 */
export function follows({ commit, name, tag, semver, branch }: GitReference, ref: string): boolean {
  if (commit) return true
  if (name) return ref === name
  if (tag) return ref === `refs/tags/${tag}`
  if (semver) return ref.startsWith('refs/tags/')
  return ref === `refs/heads/${branch || 'master'}`
}
