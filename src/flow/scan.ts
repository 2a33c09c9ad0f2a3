import { isRequested } from '#core/api/annotations.ts'
import type { ImageRepository, ImageRepositoryStatus } from '#core/api/image-repository.ts'
import { keyOf, keyText } from '#core/api/object-ref.ts'
import { requireSupported } from '#core/api/unsupported.ts'
import type { SpecWarning } from '#core/api/resource.ts'
import { findSecretWarnings, findSpecWarnings, specWarningCondition } from '#core/api/warnings.ts'
import { AppError } from '#core/error.ts'
import { canonicalName, parseSpecImage } from '#core/image/reference.ts'
import type { Regex } from '#core/regex.ts'
import { judgeScan, shrunkMessage } from '#core/scan/complete.ts'
import { compileExclusions, defaultExclusions } from '#core/scan/exclude.ts'
import { scanMessage, summariseTags } from '#core/scan/tag-list.ts'
import { notice, ready } from '#core/status/conditions-of.ts'
import type { Outcome } from '#core/status/outcome.ts'
import { parseDuration, printTime } from '#core/time.ts'
import type { ListedTags, Readers, RegistrySource, StoredScan } from './ports.ts'
import { registrySource, scanKey } from './registry-source.ts'
import type { Step } from './step.ts'
import { webhookOf } from './webhook-path.ts'

/** What is known of the tags of an ImageRepository now. */
export interface ScanPlan {
  readonly repository: ImageRepository
  /** The accepted list, of this scan or of an earlier one. */
  readonly stored: StoredScan
  readonly exclusions: readonly Regex[]
  /** Requests that this pass made; 0 when the stored list was still fresh. */
  readonly requests: number
  /** The condition `ListSuspect`, while a shrunken list waits for its second scan. */
  readonly suspect: string | undefined
  readonly summary: ReturnType<typeof summariseTags>
  /** Where its webhook listens, if it has one that works. */
  readonly webhookPath: string | undefined
  /** What its author may want to know although it works. */
  readonly warnings: readonly SpecWarning[]
}

type Needs = Pick<Readers, 'resources' | 'registry' | 'scans' | 'clock' | 'settings' | 'log' | 'hashes' | 'probe'>

/** A timer that fires a little early must not cost a whole interval (Flux's tolerance). */
const dueToleranceMs = 1000

/** ImageRepository → its complete list of tags; a list that cannot be had whole leaves the former one as it is. */
export const scan: Step<ImageRepository, ScanPlan> = { plan, act: async (scanned) => outcomeOf(scanned) }

async function plan(repository: ImageRepository, readers: Needs, signal: AbortSignal): Promise<ScanPlan> {
  requireSupported(repository)
  parseSpecImage(repository.spec.image, 'spec.image')
  const exclusions = compileExclusions(repository.spec.exclusionList, 'spec')
  const source = await registrySource(repository, readers, signal)
  const hook = await webhookOf(repository, readers, signal)
  const key = scanKey(source)
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs(repository))])
  return readers.scans.alone(
    key,
    async () => {
      const stored = await readers.scans.load(key, signal)
      const fresh = stored !== undefined && (await isFresh(repository, stored, { readers, signal }))
      const now = fresh ? stored : await scanAgain(repository, { source, key, stored }, { readers, signal: deadline })
      const { suspect } = now
      return {
        repository,
        stored: now,
        exclusions,
        requests: fresh ? 0 : now.requests,
        suspect: suspect && shrunkMessage(now.tags.length, suspect.tags.length),
        summary: summariseTags(now.tags, exclusions, readers.hashes.sha256),
        webhookPath: hook.path,
        warnings: [...warningsOf(repository, source), ...hook.warnings],
      }
    },
    signal,
  )
}

/** Flux: the timeout covers login and list; its default is the interval, within 1 s and 10 min. */
function timeoutMs({ spec }: ImageRepository): number {
  const ms = parseDuration(spec.timeout ?? spec.interval)
  return Math.min(Math.max(ms, 1000), 600_000)
}

/** Is no call due? A person's request, a new image name and what the registry has announced since always are. */
async function isFresh(
  repository: ImageRepository,
  stored: StoredScan,
  { readers, signal }: { readers: Needs; signal: AbortSignal },
): Promise<boolean> {
  if (isRequested(repository)) return false
  const begunAt = Math.max(stored.scannedAt, stored.suspect?.seenAt ?? 0)
  const announcedAt = await readers.scans.announcedAt(keyText(keyOf(repository)), signal)
  if (announcedAt !== undefined && announcedAt > begunAt) return false
  return parseDuration(repository.spec.interval) - (readers.clock.now() - begunAt) >= dueToleranceMs
}

async function scanAgain(
  repository: ImageRepository,
  { source, key, stored }: { source: RegistrySource; key: string; stored: StoredScan | undefined },
  { readers, signal }: { readers: Needs; signal: AbortSignal },
): Promise<StoredScan> {
  // What is pushed while the list is read may be missing from it: it is as old as its beginning.
  const scannedAt = readers.clock.now()
  const listed = await listTags(source, { readers, signal })
  const intervalMs = parseDuration(repository.spec.interval)
  const verdict = judgeScan(stored, { tags: listed.tags, scannedAt, intervalMs })
  const next: StoredScan =
    verdict.kind === 'suspect' && stored !== undefined
      ? { ...stored, requests: listed.requests, suspect: verdict.suspect }
      : { ...listed, scannedAt }
  await readers.scans.save(key, next, signal)
  await readers.probe.at('tags-stored')
  return next
}

async function listTags(
  source: RegistrySource,
  { readers, signal }: { readers: Needs; signal: AbortSignal },
): Promise<ListedTags> {
  try {
    return await readers.registry.listTags(source, signal)
  } catch (error) {
    if (!(error instanceof AppError) || error.reason === 'ImageURLInvalid') throw error
    const prefix =
      error.reason === 'AuthenticationFailed' ? 'failed to configure authentication options: ' : 'scan failed: '
    throw new AppError(error.code, `${prefix}${error.message}`, {
      retry: error.retry,
      hint: error.hint,
      reason: error.reason,
      cause: error,
    })
  }
}

function warningsOf(repository: ImageRepository, { certSecret }: RegistrySource): readonly SpecWarning[] {
  const ofSecret = certSecret === undefined ? [] : findSecretWarnings(certSecret, 'spec.certSecretRef')
  return [...findSpecWarnings(repository), ...ofSecret]
}

function outcomeOf({
  repository,
  stored,
  suspect,
  summary,
  webhookPath,
  warnings,
}: ScanPlan): Outcome<ImageRepositoryStatus> {
  const { spec, status } = repository
  const warning = specWarningCondition(warnings)
  const exclusionList = spec.exclusionList.length === 0 ? defaultExclusions : spec.exclusionList
  return {
    status: {
      canonicalImageName: canonicalName(parseSpecImage(spec.image, 'spec.image')),
      observedExclusionList: exclusionList,
      webhookPath,
      lastScanResult:
        suspect !== undefined && status?.lastScanResult !== undefined
          ? status.lastScanResult
          : { ...summary, scanTime: printTime(stored.scannedAt) },
    },
    conditions: [
      ...ready(scanMessage(summary)),
      ...(suspect === undefined ? [] : [notice('ListSuspect', 'ListShrank', suspect)]),
      ...(warning === undefined ? [] : [warning]),
    ],
    events: [],
    requeueAfterMs: parseDuration(spec.interval),
  }
}
