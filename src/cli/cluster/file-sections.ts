import { writtenKind } from '#core/api/group.ts'
import type { Flags } from '#core/flags.ts'
import type { Resource } from '#flow/ports.ts'
import type { KubeObject } from '#io/cluster/cluster.ts'
import type { CommandIo } from '../io.ts'
import type { CommonOptions } from '../options.ts'
import { openSession } from '../session.ts'
import type { Wanted } from './kind-words.ts'
import { sorted, type Entry, type Section } from './listing.ts'

/** What is wanted of the files that -f names, with the statuses that `--state` keeps. */
export async function fileSections(
  { kinds, names }: Wanted,
  flags: Flags,
  io: CommandIo,
): Promise<{ readonly sections: readonly Section[]; readonly options: CommonOptions }> {
  await using session = await openSession(flags, io, { keeps: false })
  const { options, ports, signal } = session
  const resources = (await ports.resources.list(signal)).filter(({ metadata }) => {
    const isInScope = options.namespace === undefined || metadata.namespace === options.namespace
    return isInScope && (names.length === 0 || names.includes(metadata.name))
  })
  const sections = kinds.map(({ kind, group }): Section => {
    const ofKind = resources.filter((one) => one.kind === kind && (group === undefined || one.group === group))
    const entries = sorted(ofKind.map(entryOf))
    const groups = new Map(entries.map(({ collection }) => [collection.gvr.group, collection]))
    return { kind, collections: [...groups.values()], entries }
  })
  return { sections, options }
}

function entryOf(resource: Resource): Entry {
  const { apiVersion, group, kind, metadata, spec, status } = resource
  const [, version = ''] = apiVersion.split('/')
  const object: KubeObject = {
    apiVersion,
    kind: writtenKind({ group, kind }),
    metadata: { ...metadata },
    spec,
    ...(status !== undefined && { status }),
  }
  return { collection: { kind, gvr: { group, version, resource: '' } }, object }
}
