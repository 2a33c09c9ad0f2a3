import { isRefName } from '#core/commit/ref-name.ts'
import { AppError, isAppError, quoteOutside } from '#core/error.ts'
import type { PushRequest, PushResult } from '#flow/ports.ts'
import { errorOf, excerpt } from './errors.ts'
import { git, type Operation } from './operation.ts'
import type { Finished } from './run.ts'

/** A condition shows this much of what a server says. */
const maxServerText = 1024

/**
 * Pushes commits of the mirror to refs of the remote, all of them or none where the server can do that. Fails with a
 * `GIT_` code where nothing can have been changed (not reached, not let in, branch checked out); a push whose end
 * nobody saw is `unknown`, also when its deadline ended it.
 */
export async function pushTo(operation: Operation, address: string, request: PushRequest): Promise<PushResult> {
  const { options, refspecs } = argumentsOf(request)
  const send = async (more: readonly string[]): Promise<Finished> =>
    git(operation, [
      'push',
      '--porcelain',
      '--no-verify',
      ...options,
      ...more,
      '--end-of-options',
      address,
      ...refspecs,
    ])
  try {
    const first = await send(refspecs.length > 1 ? ['--atomic'] : [])
    const isTooOld = /does not support --atomic/.test(first.stderr)
    return judgePush(operation.what, isTooOld ? await send([]) : first)
  } catch (error) {
    if (isAppError(error) && error.code === 'GIT_TIMEOUT') return { kind: 'unknown', text: error.message }
    throw error
  }
}

/** Options and refspecs; every value is checked, since simple-git lets `--mirror` and `:branch` through. */
function argumentsOf(request: PushRequest): {
  readonly options: readonly string[]
  readonly refspecs: readonly string[]
} {
  const leases: string[] = []
  const refspecs = new Set<string>()
  for (const { commit, ref, expect } of request.updates) {
    if (!isRefName(ref)) throw new AppError('GIT_REF_INVALID', `push: '${quoteOutside(ref)}' is no full ref name`)
    checkId(commit)
    if (expect !== 'fast-forward') {
      const lease = expect === 'absent' ? '' : expect.lease
      if (lease !== '') checkId(lease)
      leases.push(`--force-with-lease=${ref}:${lease}`)
    }
    refspecs.add(`${commit}:${ref}`)
  }
  const told = request.options.map((option) => {
    if (/[\n\0]/.test(option)) throw new AppError('GIT_REF_INVALID', 'push option: a line end cannot be sent')
    return `--push-option=${option}`
  })
  return { options: [...new Set(leases), ...told], refspecs: [...refspecs] }
}

function checkId(id: string): void {
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(id))
    throw new AppError('INTERNAL', `push: '${quoteOutside(id)}' is no commit id`)
}

/** A line of `git push --porcelain`: `<flag>\t<from>:<to>\t<summary>`; flag `!` is a ref that was not changed. */
interface RefStatus {
  readonly flag: string
  readonly summary: string
}

/** How a push ended, by what `git push --porcelain` printed; `what` is for messages ("push to https://…"). */
export function judgePush(what: string, finished: Finished): PushResult {
  if (finished.code === 0) return { kind: 'pushed' }
  const failures = statusesOf(finished).filter(({ flag }) => flag === '!')
  const kinds = new Set(failures.map(({ summary }) => kindOf(summary)))
  const text = excerpt([...remoteLines(finished.stderr), ...failures.map(reasonOf)].join('\n'), maxServerText)
  if (kinds.has('checked-out')) throw new AppError('GIT_CHECKED_OUT', `${what}: ${text}`)
  if (kinds.has('refused')) return { kind: 'refused', text }
  if (kinds.has('lost')) return { kind: 'unknown', text: lastWords(finished) }
  if (kinds.has('moved')) return { kind: 'moved' }
  if (kinds.size > 0) return { kind: 'refused', text }
  return withoutStatus(what, finished)
}

/** No ref was reported on: either it never came to that, or the answer was lost. */
function withoutStatus(what: string, finished: Finished): PushResult {
  const { stderr } = finished
  if (/does not support push options/.test(stderr))
    return { kind: 'refused', text: 'the server does not take push options' }
  const status = /RPC failed; HTTP (4\d\d)/.exec(stderr)?.[1]
  if (status === '401' || status === '403') throw errorOf(what, finished)
  if (status !== undefined) return { kind: 'refused', text: `the server answered HTTP ${status}` }
  // These come from the request for the refs, before anything is sent.
  const isBefore =
    /unable to access|could not read (Username|Password)|Authentication failed|Could not read from remote repository|does not appear to be a git|repository '.*' not found|spawn |cannot run|src refspec|bad object|dubious ownership/
  if (isBefore.test(stderr) && !/RPC failed|unexpected disconnect/.test(stderr)) throw errorOf(what, finished)
  return { kind: 'unknown', text: lastWords(finished) }
}

function lastWords({ stderr, code }: Finished): string {
  const text = excerpt(stderr, 300)
  return text === '' ? `the connection ended (git ${code})` : text
}

function statusesOf({ stdout }: Finished): readonly RefStatus[] {
  return stdout
    .toString()
    .split('\n')
    .map((line) => line.split('\t'))
    .filter((fields) => fields.length === 3)
    .map(([flag = '', , summary = '']) => ({ flag, summary }))
}

/**
 * Why a ref was not changed. `[rejected]` is git's own judgement (not a fast-forward, stale lease, exists already);
 * `[remote rejected]` the server's, which is about a race when it could not lock the ref at its old value.
 */
function kindOf(summary: string): 'moved' | 'refused' | 'checked-out' | 'lost' | 'with-others' {
  if (/atomic push failed|atomic transaction failed/.test(summary)) return 'with-others'
  if (summary.startsWith('[rejected]')) return 'moved'
  if (summary.startsWith('[remote failure]')) return 'lost'
  if (/currently checked out/.test(summary)) return 'checked-out'
  const isRace =
    /lock ref|failed to update ref|incorrect old value|already exists|non-fast-forward|fetch first|but expected/
  return isRace.test(summary) ? 'moved' : 'refused'
}

function reasonOf({ summary }: RefStatus): string {
  return /\((.*)\)\s*$/.exec(summary)?.[1] ?? summary
}

function remoteLines(stderr: string): readonly string[] {
  return stderr.split('\n').filter((line) => line.startsWith('remote:'))
}
