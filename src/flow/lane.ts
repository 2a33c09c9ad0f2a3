import type { GitRepository } from '#core/api/git-repository.ts'
import type { ImageUpdateAutomation } from '#core/api/image-update-automation.ts'
import { checkoutOf, pushTarget, type Checkout, type PushTarget } from '#core/commit/target.ts'
import { AppError, isAppError } from '#core/error.ts'
import { gitRemote } from './git-remote.ts'
import type { GitRemote, Readers } from './ports.ts'
import { sourceOf } from './referred.ts'
import { inWords, managerWords } from './words.ts'

/**
 * Automations that write one branch of one remote from one checkout with the same rights: they are planned together and
 * share a push.
 */
export interface Lane {
  readonly remote: GitRemote
  readonly checkout: Checkout
  /** By namespace and name, which is the order of their commits. */
  readonly members: readonly LaneMember[]
}

export interface LaneMember {
  readonly automation: ImageUpdateAutomation
  readonly repository: GitRepository
  readonly target: PushTarget
}

/** Lanes, and the automations that have none because their source or target is not usable. */
export interface Lanes {
  readonly lanes: readonly Lane[]
  readonly failed: readonly { readonly automation: ImageUpdateAutomation; readonly error: AppError }[]
}

type Needs = Pick<Readers, 'resources' | 'log' | 'settings'>

/**
 * Sorts automations into lanes by remote address, Secrets, checkout and push branch, each in order of namespace and name.
 * Nobody pushes with a Secret that his own source does not name, nor fails because another's is wrong.
 */
export async function lanesOf(
  automations: readonly ImageUpdateAutomation[],
  readers: Needs,
  signal: AbortSignal,
): Promise<Lanes> {
  const lanes = new Map<string, Lane>()
  const failed: { automation: ImageUpdateAutomation; error: AppError }[] = []
  for (const automation of automations.toSorted(byName)) {
    try {
      requireGit(automation)
      const { repository, remote } = await inWords(managerWords, async () => sourceFor(automation, readers, signal))
      const checkout = checkoutOf(automation, repository)
      const member = { automation, repository, target: pushTarget(automation, checkout) }
      // The address is a key in memory only; it is never printed.
      const key = JSON.stringify([remote.url.address, ...rightsOf(remote), checkout, member.target.branch])
      lanes.set(key, { remote, checkout, members: [...(lanes.get(key)?.members ?? []), member] })
    } catch (error) {
      if (!isAppError(error)) throw error
      failed.push({ automation, error })
    }
  }
  return { lanes: [...lanes.values()], failed }
}

/** Which Secrets open the remote, and how. */
function rightsOf({ provider, secret, proxySecret }: GitRemote): readonly unknown[] {
  return [provider, ...[secret, proxySecret].map((one) => (one === undefined ? [] : [one.namespace, one.name]))]
}

async function sourceFor(
  automation: ImageUpdateAutomation,
  readers: Needs,
  signal: AbortSignal,
): Promise<{ readonly repository: GitRepository; readonly remote: GitRemote }> {
  const repository = await sourceOf(automation, readers, signal)
  return { repository, remote: await gitRemote(repository, readers, signal) }
}

function byName(a: ImageUpdateAutomation, b: ImageUpdateAutomation): number {
  const [left, right] = [a, b].map(({ metadata }) => `${metadata.namespace}/${metadata.name}`) as [string, string]
  return left < right ? -1 : Number(left > right)
}

function requireGit({ spec }: ImageUpdateAutomation): void {
  if (spec.git !== undefined) return
  throw new AppError('COMMIT_TARGET_INVALID', `source kind 'GitRepository' necessitates field .spec.git`)
}
