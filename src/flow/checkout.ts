import type { Checkout } from '#core/commit/target.ts'
import { AppError } from '#core/error.ts'
import type { Tag } from '#core/image/reference.ts'
import { compilePolicy } from '#core/policy/compile.ts'
import { parseRange } from '#core/policy/kinds/semver/range.ts'
import { select } from '#core/policy/select.ts'
import type { ObjectId, RemoteRefs } from './ports.ts'

/** What a checkout names at the remote at this moment. */
export interface ResolvedCheckout {
  readonly head: ObjectId
  /** A ref that leads to it. */
  readonly ref: string
  /** As Flux writes it: `main@sha1:…`, `v1.2.3@sha1:…`, `refs/…@sha1:…`, `sha1:…`. */
  readonly revision: string
}

/** The refs that have to be asked for to resolve a checkout. */
export function checkoutRefs(checkout: Checkout): readonly string[] {
  if (checkout.kind === 'name') return [checkout.ref]
  if (checkout.kind === 'tag') return [`refs/tags/${checkout.tag}`]
  if (checkout.kind === 'semver') return ['refs/tags/*']
  return checkout.branch === undefined ? [] : [`refs/heads/${checkout.branch}`]
}

/** `GIT_EMPTY_REPOSITORY`, `GIT_BRANCH_MISSING` (names the branch of the remote's HEAD). */
export function resolveCheckout(checkout: Checkout, remote: RemoteRefs): ResolvedCheckout {
  if (checkout.kind === 'commit') {
    const { commit, branch = '' } = checkout
    // Servers give a commit by its id or not; by the branch of HEAD most commits can be had.
    const ref = branch === '' ? remote.head : `refs/heads/${branch}`
    if (ref === undefined) throw missing({ kind: 'name', ref: 'HEAD' }, remote)
    return { head: commit, ref, revision: revisionOf(branch, commit) }
  }
  const tag = checkout.kind === 'semver' ? newestTag(checkout.range, remote) : ''
  const ref = checkout.kind === 'semver' ? `refs/tags/${tag}` : (checkoutRefs(checkout)[0] ?? '')
  const head = remote.refs.get(ref)
  if (head === undefined) throw missing(checkout, remote)
  return { head, ref, revision: revisionOf(ref.replace(/^refs\/(heads|tags)\//, ''), head) }
}

/** `main@sha1:…`; with an empty name `sha1:…`. Commits of 64 digits are SHA-256. */
function revisionOf(name: string, commit: ObjectId): string {
  return `${name === '' ? '' : `${name}@`}${commit.length === 64 ? 'sha256' : 'sha1'}:${commit}`
}

function newestTag(range: string, { refs }: RemoteRefs): string {
  const parsed = parseRange(range)
  if (!parsed.ok) throw new AppError('POLICY_RANGE_INVALID', `ref.semver: ${parsed.problem}`)
  const policy = compilePolicy({ policy: { semver: { range } } }, 'ref.semver')
  const names = [...refs.keys()]
    .filter((ref) => ref.startsWith('refs/tags/'))
    .map((ref) => ref.slice('refs/tags/'.length))
  // Tags of Git, not of images: `v1.2.3+build` is one too.
  const tags = names as Tag[]
  return select(policy, { tags }).latest?.tag ?? ''
}

function missing(checkout: Exclude<Checkout, { kind: 'commit' }>, { head }: RemoteRefs): AppError {
  if (head === undefined) return new AppError('GIT_EMPTY_REPOSITORY', 'the repository has no commit yet')
  const what = checkout.kind === 'semver' ? `no tag is within ${checkout.range}` : `there is no ${describe(checkout)}`
  const assumed = checkout.kind === 'branch' && checkout.assumed ? ' (assumed, since no ref is given)' : ''
  return new AppError('GIT_BRANCH_MISSING', `${what}${assumed}`, {
    hint: `the HEAD of the remote is ${head.replace('refs/heads/', 'branch ')}: name it in spec.git.checkout.ref, in spec.ref of the GitRepository, or by --branch`,
  })
}

function describe(checkout: Exclude<Checkout, { kind: 'semver' | 'commit' }>): string {
  if (checkout.kind === 'branch') return `branch '${checkout.branch}'`
  return checkout.kind === 'tag' ? `tag '${checkout.tag}'` : `ref '${checkout.ref}'`
}
