import { printObject } from '#core/api/group.ts'
import { keyOf, keyText, type ObjectRef } from '#core/api/object-ref.ts'
import { AppError } from '#core/error.ts'
import type { ImagePolicy } from '#core/api/image-policy.ts'
import type { Resource } from '#flow/ports.ts'
import { reconcile } from '#flow/reconcile.ts'
import { repositoryOf } from '#flow/referred.ts'
import type { CommandIo } from './io.ts'
import { openProgress } from './print/progress.ts'
import type { Session } from './session.ts'

/** An object whose step failed. */
export interface Failure {
  readonly key: ObjectRef
  readonly error: AppError
}

/** Objects worked on at once; how much one registry is asked at a time is the client's affair. */
const concurrency = 16

/**
 * Scans the repositories of these policies and lets the policies elect; statuses are in the session's resources then.
 * Gives what failed; one failure does not hinder the others.
 */
export async function elect(
  policies: readonly ImagePolicy[],
  session: Session,
  io: CommandIo,
): Promise<readonly Failure[]> {
  const repositories = await repositoriesOf(policies, session)
  const scans = await reconcileAll(repositories, { session, io, label: 'scanning' })
  const elections = await reconcileAll(policies, { session, io, label: 'selecting' })
  return [...scans, ...elections]
}

/** Runs the step of each object, several at once. */
export async function reconcileAll(
  objects: readonly Resource[],
  { session, io, label }: { readonly session: Session; readonly io: CommandIo; readonly label: string },
): Promise<readonly Failure[]> {
  const progress = openProgress(io, label, objects.length)
  const failures: Failure[] = []
  const queue = objects.values()
  const work = async () => {
    for (const object of queue) {
      const key = keyOf(object)
      const next = await reconcile(key, session.ports, { signal: session.signal })
      if (next.kind === 'again' && next.error !== undefined) failures.push({ key, error: next.error })
      progress.step()
    }
  }
  try {
    await Promise.all(Array.from({ length: concurrency }, work))
  } finally {
    progress.end()
  }
  return failures.toSorted((a, b) => (keyText(a.key) < keyText(b.key) ? -1 : 1))
}

/** Each repository once; a policy without one says so itself when it elects. */
async function repositoriesOf(
  policies: readonly ImagePolicy[],
  { ports, signal }: Session,
): Promise<readonly Resource[]> {
  const found = new Map<string, Resource>()
  for (const policy of policies) {
    try {
      const repository = await repositoryOf(policy, ports, signal)
      found.set(keyText(keyOf(repository)), repository)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
    }
  }
  return [...found.values()]
}

/** Tells failures on stderr, each with what to do. Several failures of one cause are told once with a count. */
export function printFailures(failures: readonly Failure[], io: CommandIo): void {
  for (const { key, error } of failures) {
    io.stderr.write(`tagboat: ${printObject(key)}: ${error.message}\n`)
    if (error.hint !== '') io.stderr.write(`  hint: ${error.hint}\n`)
  }
}

/** An error as JSON results show it. */
export function shownError(error: AppError): {
  readonly code: string
  readonly message: string
  readonly hint: string
} {
  return { code: error.code, message: error.message, hint: error.hint }
}
