import { AppError } from '#core/error.ts'
import { hasFlag } from '#core/flags.ts'
import { qualifiedName } from '../cluster/collections.ts'
import { openClusterSession, type ClusterSession } from '../cluster/connect.ts'
import { parseWanted } from '../cluster/kind-words.ts'
import type { Entry } from '../cluster/listing.ts'
import { requestPass, requestValue } from '../cluster/pass-request.ts'
import { findTargets, labelOf, sourceOf } from '../cluster/targets.ts'
import { waitUntilHandled } from '../cluster/wait.ts'
import type { CommandAction } from '../definition.ts'
import { exitCodes } from '../io.ts'
import { at } from '../print/resource-columns.ts'
import { Steps } from '../print/steps.ts'

/** As flux. */
export const passTimeoutMs = 300_000

/** `tagboat reconcile KIND/NAME… [--with-source] [--wait]`: asks the controller for a pass now. */
export const reconcileCommand: CommandAction = async (operands, flags, io) => {
  const wanted = parseWanted(operands)
  await using session = await openClusterSession(flags, io, { timeoutMs: passTimeoutMs })
  const targets = await findTargets({ wanted, all: false }, session)
  const chain: Entry[] = []
  for (const target of targets) {
    chain.push(...(hasFlag(flags, 'withSource') ? [await sourceOf(target, session), target] : [target]))
  }
  for (const one of chain) refuseSuspended(one)
  const steps = new Steps(session)
  const items: Entry[] = []
  for (const one of chain) {
    const { entry, ready } = await pass(one, { waits: hasFlag(flags, 'wait'), session, steps })
    items.push(entry)
    if (ready) continue
    await steps.end(items)
    return exitCodes.failed
  }
  await steps.end(items)
  return exitCodes.done
}

interface Passing {
  readonly waits: boolean
  readonly session: ClusterSession
  readonly steps: Steps
}

/** `ready` is false only if the pass was waited for and failed. */
async function pass(
  target: Entry,
  { waits, session, steps }: Passing,
): Promise<{ readonly entry: Entry; readonly ready: boolean }> {
  const value = requestValue(session)
  const requested = await requestPass(target, { value, session })
  if (!waits) {
    steps.done(requested, 'requested')
    return { entry: requested, ready: true }
  }
  steps.doing(`waiting for ${labelOf(requested)}`)
  const [result] = await waitUntilHandled([requested], value, session)
  if (result === undefined) return { entry: requested, ready: true }
  steps.ended(result)
  return { entry: result, ready: result.ready }
}

function refuseSuspended(entry: Entry): void {
  if (at(entry.object, 'spec', 'suspend') !== true) return
  const { name, namespace = '' } = entry.object.metadata
  throw new AppError('CLUSTER_SUSPENDED', `${labelOf(entry)} is suspended`, {
    hint: `tagboat resume ${qualifiedName(entry.collection, name, true)} -n ${namespace}`,
  })
}
