import type { CommandAction } from '../definition.ts'
import { exitCodes } from '../io.ts'
import { hasFlag } from '../options.ts'
import { printFailures, shownError } from '../pass.ts'
import { printDocument } from '../print/document.ts'
import { printItem, shownItem } from '../print/update.ts'
import { openSession } from '../session.ts'
import { itemOf, planUpdates } from '../update-pass.ts'

/** `tagboat plan [AUTOMATION…]`: what `apply` would commit and push. Writes nothing but the local mirror. */
export const planCommand: CommandAction = async (names, flags, io) => {
  await using session = await openSession(flags, io, { keeps: false })
  const { lanes, broken, failures } = await planUpdates(names, session, io)
  const items = [...lanes.flatMap(({ members, base }) => members.map((state) => itemOf(state, base.parent))), ...broken]
  if (session.options.output === 'text') {
    io.stdout.write(items.map((item) => printItem(item, io)).join('\n'))
  } else {
    const failed = failures.map(({ key, error }) => ({ ...key, error: shownError(error) }))
    await printDocument(
      { items: items.map(shownItem), ...(failed.length === 0 ? {} : { failed }) },
      session.options.output,
      io,
    )
  }
  printFailures(failures, io)
  if (failures.length > 0 || items.some(({ error }) => error !== undefined)) return exitCodes.failed
  const changes = items.some(({ edits }) => edits.length > 0)
  return changes && hasFlag(flags, 'detailedExitcode') ? exitCodes.changes : exitCodes.done
}
