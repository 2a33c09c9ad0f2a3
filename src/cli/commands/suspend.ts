import { hasFlag } from '#core/flags.ts'
import { openClusterSession } from '../cluster/connect.ts'
import { parseWanted } from '../cluster/kind-words.ts'
import type { Entry } from '../cluster/listing.ts'
import { findTargets } from '../cluster/targets.ts'
import type { CommandAction } from '../definition.ts'
import { exitCodes } from '../io.ts'
import { Steps } from '../print/steps.ts'

/** `tagboat suspend KIND/NAME…` or `KIND --all`: nothing is done for these objects until they are resumed. */
export const suspendCommand: CommandAction = async (operands, flags, io) => {
  const wanted = parseWanted(operands)
  await using session = await openClusterSession(flags, io)
  const { cluster, signal } = session
  const steps = new Steps(session)
  const items: Entry[] = []
  for (const { collection, object } of await findTargets({ wanted, all: hasFlag(flags, 'all') }, session)) {
    const patched = await cluster.patch(collection.gvr, object.metadata, { spec: { suspend: true } }, signal)
    const entry = { collection, object: patched }
    steps.done(entry, 'suspended')
    items.push(entry)
  }
  await steps.end(items)
  return exitCodes.done
}
