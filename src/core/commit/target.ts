import type { GitReference, GitRepository } from '../api/git-repository.ts'
import type { ImageUpdateAutomation } from '../api/image-update-automation.ts'
import { AppError } from '../error.ts'
import { isRefName } from './ref-name.ts'

/** What is checked out; commit > name > tag > semver > branch, as Flux's code has it. */
export type Checkout =
  | { readonly kind: 'commit'; readonly commit: string; readonly branch?: string }
  | { readonly kind: 'name'; readonly ref: string }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'semver'; readonly range: string }
  | { readonly kind: 'branch'; readonly branch: string; readonly assumed: boolean }

/** Where commits go: one branch, and perhaps a further ref in the same push. Refs are full names. */
export interface PushTarget {
  readonly branch: string
  /** The branch is not the one that was checked out: it is rebuilt from that. */
  readonly separate: boolean
  readonly also?: { readonly ref: string; readonly force: boolean }
  /** For `git push -o`, sorted. */
  readonly options: readonly string[]
}

const heads = 'refs/heads/'

/** The checkout of an automation: its own ref, else that of the GitRepository, else branch `master` (Flux). */
export function checkoutOf(automation: ImageUpdateAutomation, repository: GitRepository): Checkout {
  const own = automation.spec.git?.checkout?.ref
  return own === undefined
    ? parseCheckout(repository.spec.ref, 'GitRepository spec.ref')
    : parseCheckout(own, 'spec.git.checkout.ref')
}

/**
 * What a reference means, an absent one the branch `master`. `field` names it in messages. `COMMIT_TARGET_INVALID` for
 * what is no name of a ref or no commit.
 */
export function parseCheckout(reference: GitReference | undefined, field: string): Checkout {
  const checkout = chosen(reference ?? {})
  const name = checkout.kind === 'name' ? checkout.ref : fullName(checkout)
  if (name !== undefined && !isRefName(name)) throw invalid(`${field}: "${name}" is not a ref name`)
  if (checkout.kind === 'commit' && !/^[0-9a-f]{40}([0-9a-f]{24})?$/.test(checkout.commit)) {
    throw invalid(`${field}.commit: expected 40 or 64 hex digits, got "${checkout.commit}"`)
  }
  return checkout
}

function chosen(ref: GitReference): Checkout {
  const { commit, name, tag, semver, branch } = ref
  if (commit) return { kind: 'commit', commit, ...(branch ? { branch } : {}) }
  if (name)
    return name.startsWith(heads)
      ? { kind: 'branch', branch: name.slice(heads.length), assumed: false }
      : { kind: 'name', ref: name }
  if (tag) return { kind: 'tag', tag }
  if (semver) return { kind: 'semver', range: semver }
  return { kind: 'branch', branch: branch || 'master', assumed: !branch }
}

function fullName(checkout: Checkout): string | undefined {
  if (checkout.kind === 'branch' || checkout.kind === 'commit') {
    return checkout.branch === undefined ? undefined : heads + checkout.branch
  }
  return checkout.kind === 'tag' ? `refs/tags/${checkout.tag}` : undefined
}

/**
 * Where an automation pushes: `git.push.branch`, else the branch that is checked out. `COMMIT_TARGET_INVALID`
 * (Stalled, Flux's texts) where there is neither, or where branch or refspec is not one that may be pushed to.
 */
export function pushTarget(automation: ImageUpdateAutomation, checkout: Checkout): PushTarget {
  const push = automation.spec.git?.push
  const checkedOut = checkout.kind === 'branch' || checkout.kind === 'commit' ? checkout.branch : undefined
  const name = push?.branch || checkedOut
  if (name === undefined) {
    throw invalid(
      'push spec not provided, and cannot be inferred from .spec.git.checkout.ref or GitRepository .spec.ref',
    )
  }
  const branch = name.startsWith(heads) ? name : heads + name
  if (name.startsWith('-') || !isRefName(branch)) throw invalid(`spec.git.push.branch: "${name}" is not a branch name`)
  const also = push?.refspec === undefined ? undefined : parseRefspec(push.refspec, branch)
  return {
    branch,
    separate: checkout.kind !== 'branch' || branch !== heads + checkout.branch,
    options: Object.entries(push?.options ?? {})
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => (value === '' ? key : `${key}=${value}`)),
    ...(also === undefined || also.ref === branch ? {} : { also }),
  }
}

/** `[+]SRC:DST`: SRC is HEAD or the push branch, DST a full ref. Deletion, wildcards and other sources are refused. */
function parseRefspec(text: string, branch: string): { ref: string; force: boolean } {
  const match = /^(?<force>\+?)(?<source>[^:+*]+):(?<ref>refs\/[^:*]+)$/.exec(text)?.groups
  const { force = '', source = '', ref = '' } = match ?? {}
  const known = source === 'HEAD' || source === branch || heads + source === branch
  if (!known || !isRefName(ref)) {
    const form = `[+]SRC:DST with SRC = HEAD or the push branch and DST a full ref such as refs/heads/x`
    throw invalid(`spec.git.push.refspec: expected ${form}, got "${text}"`)
  }
  return { ref, force: force === '+' }
}

function invalid(message: string): AppError {
  return new AppError('COMMIT_TARGET_INVALID', message)
}
