import type { ImagePolicy } from '#core/api/image-policy.ts'
import { keyOf, keyText } from '#core/api/object-ref.ts'
import { AppError, isAppError } from '#core/error.ts'
import { afterElection, explainTag } from '#core/policy/explain.ts'
import type { Selection } from '#core/policy/selection.ts'
import { select } from '#flow/select.ts'
import type { SelectPlan } from '#flow/select/outcome.ts'
import { chooseObjects } from '../choose.ts'
import type { CommandAction } from '../definition.ts'
import { targetsByPolicy, type TargetVerdict } from '../explain-targets.ts'
import type { Explanation } from '../explanation.ts'
import { exitCodes } from '../io.ts'
import { textFlag } from '#core/flags.ts'
import { elect, printFailures, shownError, type Failure } from '../pass.ts'
import { printDocument } from '../print/document.ts'
import { printExplanation } from '../print/explanation.ts'
import { openSession, type Session } from '../session.ts'

/** `tagboat explain [POLICY…] [--tag TAG]`: which tag won and why each other did not; what markers do with it. */
export const explainCommand: CommandAction = async (names, flags, io) => {
  await using session = await openSession(flags, io, { keeps: false })
  const { ports, signal, options } = session
  const choice = { kind: 'ImagePolicy', names, namespace: options.namespace } as const
  const policies = chooseObjects(await ports.resources.list(signal), choice)
  const failures = await elect(policies, session, io)
  const { targets, failed } = await targetsByPolicy(session)
  const tag = textFlag(flags, 'tag')
  const items: Explanation[] = []
  for (const policy of policies) {
    const key = `${policy.metadata.namespace}:${policy.metadata.name}`
    items.push(await explanationOf(policy, { session, failures, targets: targets.get(key) ?? [], tag }))
  }
  if (options.output === 'text') io.stdout.write(items.map((item) => printExplanation(item, io.color)).join('\n'))
  else await printDocument({ items: items.map(shownExplanation) }, options.output, io)
  printFailures(failures, io)
  for (const error of failed)
    io.stderr.write(`tagboat: markers could not be looked at: ${error.message}\n  hint: ${error.hint}\n`)
  // Whoever names a repository wants its markers explained; without that the policies alone are the question.
  const isFailed = failures.length > 0 || (failed.length > 0 && textFlag(flags, 'repo') !== undefined)
  return isFailed ? exitCodes.failed : exitCodes.done
}

interface Question {
  readonly session: Session
  readonly failures: readonly Failure[]
  readonly targets: readonly TargetVerdict[]
  readonly tag: string | undefined
}

/** Explains every policy of a session that has scanned and elected already. */
export async function explainPolicies(session: Session): Promise<readonly Explanation[]> {
  const policies = chooseObjects(await session.ports.resources.list(session.signal), {
    kind: 'ImagePolicy',
    names: [],
    namespace: undefined,
  })
  const { targets } = await targetsByPolicy(session)
  return Promise.all(
    policies.map((policy) => {
      const key = `${policy.metadata.namespace}:${policy.metadata.name}`
      return explanationOf(policy, { session, failures: [], targets: targets.get(key) ?? [], tag: undefined })
    }),
  )
}

async function explanationOf(policy: ImagePolicy, { session, failures, targets, tag }: Question): Promise<Explanation> {
  const { namespace, name } = policy.metadata
  const base = { namespace, name, image: '', selection: null, gates: [], targets }
  const failure = failures.find(({ key }) => keyText(key) === keyText(keyOf(policy)))
  if (failure !== undefined) return { ...base, error: failure.error }
  try {
    const plan = await select.plan(policy, session.ports, session.signal)
    const selection = selectionOf(plan, tag)
    const gates = (selection?.candidates ?? [])
      .filter(({ verdict }) => verdict === 'platform-missing' || verdict === 'not-an-image')
      .map((candidate) => ({ gate: 'platforms', tag: candidate.tag, reason: candidate.reason }))
    return { ...base, image: plan.repository.spec.image, selection, gates }
  } catch (error) {
    if (!isAppError(error) || error.code === 'CANCELLED') throw error
    return { ...base, error }
  }
}

/** The selection after the downgrade rule; with a tag asked for, of its candidates that one alone. */
function selectionOf({ selection, election, compiled, list }: SelectPlan, tag: string | undefined): Selection | null {
  if (selection === undefined || list === undefined) return null
  const judged = afterElection(selection, election)
  if (tag === undefined) return judged
  const answer = explainTag(compiled, list, tag)
  if (answer === undefined) {
    throw new AppError('USAGE_INVALID', `--tag: the registry lists no tag "${tag}"`, {
      hint: 'tagboat scan -o json shows all tags; a tag that was pushed a moment ago is in the next scan',
    })
  }
  return { ...judged, candidates: [answer] }
}

function shownExplanation({ error, ...item }: Explanation): object {
  return { ...item, ...(error === undefined ? {} : { error: shownError(error) }) }
}
