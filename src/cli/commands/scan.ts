import type { ImageRepository } from '#core/api/image-repository.ts'
import { keyOf, keyText } from '#core/api/object-ref.ts'
import { compileExclusions, exclude } from '#core/scan/exclude.ts'
import { registrySource, scanKey } from '#flow/registry-source.ts'
import { chooseObjects } from '../choose.ts'
import type { CommandAction } from '../definition.ts'
import { exitCodes } from '../io.ts'
import { printFailures, reconcileAll, shownError, type Failure } from '../pass.ts'
import { printDocument } from '../print/document.ts'
import { printTable } from '../print/table.ts'
import { openSession, type Session } from '../session.ts'

/** How many tags the table shows of each list. */
const shownTags = 3

/** `tagboat scan [NAME…]`: lists the tags of ImageRepositories. */
export const scanCommand: CommandAction = async (names, flags, io) => {
  await using session = await openSession(flags, io, { keeps: true })
  const { options, ports, signal } = session
  const choice = { kind: 'ImageRepository', names, namespace: options.namespace } as const
  const repositories = chooseObjects(await ports.resources.list(signal), choice)
  const failures = await reconcileAll(repositories, { session, io, label: 'scanning' })
  const items = await Promise.all(repositories.map((repository) => itemOf(repository, failures, session)))
  if (options.output === 'text') {
    const rows = items.map(({ namespace, name, image, tagCount, tags }) => {
      return [namespace, name, image, String(tagCount), tags.slice(0, shownTags).join(' ')]
    })
    io.stdout.write(printTable([['NAMESPACE', 'NAME', 'IMAGE', 'TAGS', 'HIGHEST BY BYTES'], ...rows]))
  } else await printDocument({ items }, options.output, io)
  printFailures(failures, io)
  return failures.length === 0 ? exitCodes.done : exitCodes.failed
}

async function itemOf(repository: ImageRepository, failures: readonly Failure[], { ports, signal }: Session) {
  const key = keyOf(repository)
  const error = failures.find((failure) => keyText(failure.key) === keyText(key))?.error
  const { namespace, name } = repository.metadata
  const base = { namespace, name, image: repository.spec.image }
  if (error !== undefined)
    return {
      ...base,
      canonicalName: '',
      tags: [],
      tagCount: 0,
      revision: '',
      scannedAt: '',
      requests: 0,
      error: shownError(error),
    }
  const now = await ports.resources.get(key, signal)
  const status = now?.kind === 'ImageRepository' ? now.status : undefined
  const stored = await ports.scans.load(scanKey(await registrySource(repository, ports, signal)), signal)
  const result = status?.lastScanResult
  return {
    ...base,
    canonicalName: status?.canonicalImageName ?? '',
    tags: exclude(stored?.tags ?? [], compileExclusions(repository.spec.exclusionList, 'spec')),
    tagCount: result?.tagCount ?? 0,
    revision: result?.revision ?? '',
    scannedAt: result?.scanTime ?? '',
    requests: stored?.requests ?? 0,
  }
}
