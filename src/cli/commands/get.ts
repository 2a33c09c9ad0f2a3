import { hasFlag, listFlag } from '#core/flags.ts'
import { AppError } from '#core/error.ts'
import { openClusterSession, scopeText, type ClusterSession } from '../cluster/connect.ts'
import { follow } from '../cluster/follow.ts'
import { parseWanted, type Wanted } from '../cluster/kind-words.ts'
import { listSection, missingNames, openSections, type Section } from '../cluster/listing.ts'
import type { CommandAction } from '../definition.ts'
import { exitCodes, type CommandIo } from '../io.ts'
import type { OutputFormat } from '../options.ts'
import { changePrinter } from '../print/changes-of-objects.ts'
import { printDocument } from '../print/document.ts'
import { printSections } from '../print/sections.ts'

/** `tagboat get [KIND] [NAME…]`: what the cluster (or, with -f, a folder) holds, as tables. */
export const getCommand: CommandAction = async (operands, flags, io) => {
  const wanted = parseWanted(operands)
  if (listFlag(flags, 'file') !== undefined) {
    if (hasFlag(flags, 'watch')) throw new AppError('USAGE_INVALID', '--watch: files are not watched')
    // The edges of files mode are large, and a cluster needs none of them.
    const { fileSections } = await import('../cluster/file-sections.ts')
    const { sections, options } = await fileSections(wanted, flags, io)
    return printAll(sections, { wanted, namespace: options.namespace, output: options.output, io })
  }
  await using session = await openClusterSession(flags, io)
  const sections: Section[] = []
  for (const section of await openSections(wanted, session)) {
    sections.push(await listSection(section, wanted.names, session))
  }
  // Awaited here, since the session ends with this function.
  if (hasFlag(flags, 'watch')) return await watchAll(sections, wanted, session)
  return printAll(sections, { wanted, namespace: session.namespace, output: session.options.output, io })
}

interface Printing {
  readonly wanted: Wanted
  readonly namespace: string | undefined
  readonly output: OutputFormat
  readonly io: CommandIo
}

/** Nothing to show is no failure, a name that is not there is one (as with flux). */
async function printAll(sections: readonly Section[], { wanted, namespace, output, io }: Printing): Promise<number> {
  const items = sections.flatMap(({ entries }) => entries.map(({ object }) => object))
  if (output === 'text') io.stdout.write(printSections(sections, namespace === undefined))
  else await printDocument({ items }, output, io)
  const [only] = sections
  const missing = only === undefined ? [] : missingNames(only, wanted.names)
  for (const name of missing) {
    io.stderr.write(`✗ ${only?.kind ?? ''} "${name}" not found in ${scopeText(namespace)}\n`)
  }
  if (items.length === 0 && wanted.names.length === 0 && output === 'text') {
    const what = wanted.kinds.length === 1 ? `${wanted.kinds[0]?.kind ?? ''} objects` : 'objects'
    io.stderr.write(`✗ no ${what} found in ${scopeText(namespace)}\n`)
  }
  return missing.length === 0 ? exitCodes.done : exitCodes.failed
}

/** Ends only when it is stopped, which is then no failure. */
async function watchAll(sections: readonly Section[], wanted: Wanted, session: ClusterSession): Promise<number> {
  const print = await changePrinter(sections, session)
  await follow(sections, wanted.names, { session, tell: print })
  return exitCodes.done
}
