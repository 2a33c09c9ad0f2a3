import type { CommandAction } from '../definition.ts'
import { exitCodes } from '../io.ts'
import { hasFlag } from '#core/flags.ts'
import { printUpdates } from '../print/update.ts'
import { openSession } from '../session.ts'
import { itemsOf, planUpdates } from '../update-pass.ts'

/** `tagboat plan [AUTOMATION…]`: what `apply` would commit and push. Writes nothing but the local mirror. */
export const planCommand: CommandAction = async (names, flags, io) => {
  await using session = await openSession(flags, io, { keeps: false })
  const { lanes, broken, failures } = await planUpdates(names, session, io)
  const items = [...lanes.flatMap(itemsOf), ...broken]
  if (await printUpdates({ items, failures }, session.options.output, io)) return exitCodes.failed
  const changes = items.some(({ edits }) => edits.length > 0)
  return changes && hasFlag(flags, 'detailedExitcode') ? exitCodes.changes : exitCodes.done
}
