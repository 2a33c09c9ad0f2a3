import { hasFlag } from '#core/flags.ts'
import { openClusterSession, type ClusterSession } from '../cluster/connect.ts'
import { parseWanted } from '../cluster/kind-words.ts'
import type { Entry } from '../cluster/listing.ts'
import { requestPass, requestValue } from '../cluster/pass-request.ts'
import { findTargets, labelOf } from '../cluster/targets.ts'
import { waitUntilHandled } from '../cluster/wait.ts'
import type { CommandAction } from '../definition.ts'
import { exitCodes } from '../io.ts'
import { Steps } from '../print/steps.ts'
import { passTimeoutMs } from './reconcile.ts'

/** `tagboat resume KIND/NAME…` or `KIND --all`: work goes on; with `--wait` it ends when the first pass is over. */
export const resumeCommand: CommandAction = async (operands, flags, io) => {
  const wanted = parseWanted(operands)
  await using session = await openClusterSession(flags, io, { timeoutMs: passTimeoutMs })
  const targets = await findTargets({ wanted, all: hasFlag(flags, 'all') }, session)
  const steps = new Steps(session)
  const value = requestValue(session)
  const resumed: Entry[] = []
  for (const target of targets) {
    const entry = await requestPass(target, { value, spec: { suspend: false }, session })
    if (!hasFlag(flags, 'wait')) steps.done(entry, 'resumed')
    resumed.push(entry)
  }
  if (hasFlag(flags, 'wait')) return await waitForAll(resumed, { value, session, steps })
  await steps.end(resumed)
  return exitCodes.done
}

interface Waiting {
  readonly value: string
  readonly session: ClusterSession
  readonly steps: Steps
}

/** All work at once, so one deadline is for all; one that fails does not hide the others. */
async function waitForAll(resumed: readonly Entry[], { value, session, steps }: Waiting): Promise<number> {
  for (const entry of resumed) steps.doing(`waiting for ${labelOf(entry)}`)
  const results = await waitUntilHandled(resumed, value, session)
  for (const result of results) steps.ended(result)
  await steps.end(results)
  return results.every(({ ready }) => ready) ? exitCodes.done : exitCodes.failed
}
