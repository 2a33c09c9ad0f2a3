import { hasFlag, type Flags } from '#core/flags.ts'
import { openClusterSession } from '../cluster/connect.ts'
import { readDefinitions, type DefinitionFile } from '../cluster/definition-files.ts'
import type { CommandAction } from '../definition.ts'
import { exitCodes, type CommandIo } from '../io.ts'
import { commonOptions } from '../options.ts'
import { printDocument } from '../print/document.ts'

/** `tagboat crds [--flux]`: prints the CustomResourceDefinitions, for `kubectl apply -f -`. */
export const crdsCommand: CommandAction = async (operands, flags, io) =>
  crdsOf(await readDefinitions())(operands, flags, io)

/** The command over these definitions. */
export const crdsOf =
  (files: readonly DefinitionFile[]): CommandAction =>
  async (_operands, flags, io) => {
    const others = hasFlag(flags, 'flux') ? files.filter(({ isOwn }) => !isOwn) : []
    const missing = hasFlag(flags, 'offline') ? others : await notInstalled(others, flags, io)
    const printed = [...files.filter(({ isOwn }) => isOwn), ...missing]
    const { output } = commonOptions(flags)
    if (output === 'text') io.stdout.write(printed.map(({ text }) => `---\n${text}`).join(''))
    else {
      // A List, so that kubectl takes it as well.
      const items = printed.map(({ definition }) => definition)
      await printDocument({ apiVersion: 'v1', kind: 'List', items }, output, io)
    }
    return exitCodes.done
  }

const definitions = { group: 'apiextensions.k8s.io', version: 'v1', resource: 'customresourcedefinitions' }

/** Who a definition belongs to. */
const partOf = 'app.kubernetes.io/part-of'

/** Those of Flux's groups that Flux has not installed: its own are never replaced, ours are renewed. */
async function notInstalled(
  files: readonly DefinitionFile[],
  flags: Flags,
  io: CommandIo,
): Promise<readonly DefinitionFile[]> {
  if (files.length === 0) return []
  await using session = await openClusterSession(flags, io)
  const { cluster, signal } = session
  const wanted: DefinitionFile[] = []
  for (const file of files) {
    const live = await cluster.get(definitions, { name: file.name }, signal)
    const owner = file.definition.metadata.labels?.[partOf]
    const isOurs = owner !== undefined && live?.metadata.labels?.[partOf] === owner
    if (live === undefined || isOurs) wanted.push(file)
    else io.stderr.write(`✗ ${file.name} is left out: ${cluster.server} has it from Flux\n`)
  }
  return wanted
}
