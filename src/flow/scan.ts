import { isRequested } from '#core/api/annotations.ts'
import type { ImageRepository, ImageRepositoryStatus } from '#core/api/image-repository.ts'
import { keyOf, keyText } from '#core/api/object-ref.ts'
import { requireSupported } from '#core/api/unsupported.ts'
import type { SpecWarning } from '#core/api/resource.ts'
import { findSecretWarnings, findSpecWarnings, specWarningCondition } from '#core/api/warnings.ts'
import { canonicalName, parseSpecImage } from '#core/image/reference.ts'
import { AppError, isAppError } from '#core/error.ts'
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
import { inWords, specWords, type Words } from './words.ts'

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
  /** Message of the condition `RateLimited`, while the registry refuses requests and the list is not old yet. */
  readonly limited: string | undefined
  /** Milliseconds until the list is due again. */
  readonly dueAfterMs: number
}

type Needs = Pick<Readers, 'resources' | 'registry' | 'scans' | 'clock' | 'settings' | 'log' | 'hashes' | 'probe'>

/** A timer that fires a little early must not cost a whole interval (Flux's tolerance), nor must one that was spread. */
const dueToleranceMs = 1000
/** So much may the clocks of two replicas differ. */
const clockToleranceMs = 2000
const spread = 0.05

/** A registry may refuse for so many intervals before a repository counts as failing. */
const patience = 2
const minuteMs = 60_000

/** Flux's words for a registry that cannot be logged in to … */
const authWords: Words = {
  prefix: 'failed to configure authentication options: ',
  of: [
    'RESOURCE_SECRET_',
    'REGISTRY_LOGIN_FAILED',
    'REGISTRY_AUTH_FAILED',
    'REGISTRY_CHALLENGE_UNSUPPORTED',
    'REGISTRY_REALM_REFUSED',
  ],
}
/** … and for one that does not give its list. A name that can be no image has words of its own. */
const scanWords: Words = {
  prefix: 'scan failed: ',
  of: ['REGISTRY_'],
  except: ['REGISTRY_REF_INVALID', 'REGISTRY_HOST_REFUSED'],
}

/** ImageRepository → its complete list of tags; a list that cannot be had whole leaves the former one as it is. */
export const scan: Step<ImageRepository, ScanPlan> = { plan, act: async (scanned) => outcomeOf(scanned) }

async function plan(repository: ImageRepository, readers: Needs, signal: AbortSignal): Promise<ScanPlan> {
  requireSupported(repository)
  parseSpecImage(repository.spec.image, 'spec.image')
  const exclusions = await inWords(specWords, async () => compileExclusions(repository.spec.exclusionList, 'spec'))
  const source = await inWords(authWords, async () => registrySource(repository, readers, signal))
  const hook = await webhookOf(repository, readers, signal)
  const key = scanKey(source)
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs(repository))])
  return readers.scans.alone(
    key,
    async () => {
      const stored = await readers.scans.load(key, signal)
      const fresh = stored !== undefined && (await isFresh(repository, stored, { readers, signal }))
      const now = fresh
        ? { stored, requests: 0 }
        : await scanAgain(repository, { source, key, stored }, { readers, signal: deadline })
      const { tags, suspect } = now.stored
      return {
        repository,
        exclusions,
        ...now,
        suspect: suspect && shrunkMessage(tags.length, suspect.tags.length),
        summary: summariseTags(tags, exclusions, readers.hashes.sha256),
        webhookPath: hook.path,
        warnings: [...warningsOf(repository, source), ...hook.warnings],
        limited: now.pauseMs === undefined ? undefined : `until ${pauseEnd(now.pauseMs, readers)}`,
        dueAfterMs: now.pauseMs ?? remainingMs(repository, now.stored, readers),
      }
    },
    signal,
  )
}

/** The end of a pause, to the full minute, so that tries within it find the same. */
function pauseEnd(pauseMs: number, { clock }: Needs): string {
  return printTime(Math.ceil((clock.now() + pauseMs) / minuteMs) * minuteMs)
}

function intervalOf({ spec }: ImageRepository): number {
  return parseDuration(spec.interval)
}

function begunAt({ scannedAt, suspect }: StoredScan): number {
  return Math.max(scannedAt, suspect?.seenAt ?? 0)
}

/** Negative: clocks differ, or ours was set back. */
function ageMs(stored: StoredScan, { clock }: Pick<Needs, 'clock'>): number {
  return clock.now() - begunAt(stored)
}

/** Time left until the list is an interval old; a second look at a shrunken one takes a minute at least. */
function remainingMs(repository: ImageRepository, stored: StoredScan, { clock }: Needs): number {
  const intervalMs = Math.max(intervalOf(repository), stored.suspect === undefined ? 0 : minuteMs)
  return Math.max(0, intervalMs - Math.max(0, ageMs(stored, { clock })))
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
  const announcedAt = await readers.scans.announcedAt(keyText(keyOf(repository)), signal)
  if (announcedAt !== undefined && announcedAt > begunAt(stored)) return false
  const age = ageMs(stored, readers)
  // Of a list from the future nobody knows how old it is.
  return age > -clockToleranceMs && intervalOf(repository) * (1 - spread) - age >= dueToleranceMs
}

interface Scanned {
  readonly stored: StoredScan
  readonly requests: number
  /** Set when the registry asked for a pause and the list before it still counts. */
  readonly pauseMs?: number
}

async function scanAgain(
  repository: ImageRepository,
  { source, key, stored }: { source: RegistrySource; key: string; stored: StoredScan | undefined },
  { readers, signal }: { readers: Needs; signal: AbortSignal },
): Promise<Scanned> {
  // What is pushed while the list is read may be missing from it: it is as old as its beginning.
  const scannedAt = readers.clock.now()
  const intervalMs = intervalOf(repository)
  const listed = await listTags(source, readers, signal)
  if (isAppError(listed)) {
    const isYoung = stored !== undefined && scannedAt - stored.scannedAt < patience * intervalMs
    if (isYoung && typeof listed.retry === 'object') return { stored, requests: 0, pauseMs: listed.retry.afterMs }
    throw listed
  }
  const verdict = judgeScan(stored, { tags: listed.tags, scannedAt, intervalMs })
  const next: StoredScan =
    verdict.kind === 'suspect' && stored !== undefined
      ? { ...stored, requests: listed.requests, suspect: verdict.suspect }
      : { ...listed, scannedAt }
  await readers.scans.save(key, next, signal)
  await readers.probe.at('tags-stored')
  return { stored: next, requests: listed.requests }
}

/** All tags, or what a registry says that wants to be left alone. */
async function listTags(source: RegistrySource, readers: Needs, signal: AbortSignal): Promise<ListedTags | AppError> {
  try {
    return await inWords(scanWords, async () =>
      inWords(authWords, async () => readers.registry.listTags(source, signal)),
    )
  } catch (error) {
    if (!isAppError(error) || error.code !== 'REGISTRY_RATE_LIMITED') throw error
    const { retry, hint } = error
    if (typeof retry !== 'object') return error
    // Its own words tell how long from now, which is another text at each try.
    const text = `scan failed: ${source.image.host}: too many requests; none is sent before ${pauseEnd(retry.afterMs, readers)}`
    return new AppError('REGISTRY_RATE_LIMITED', text, { retry, hint, cause: error })
  }
}

function warningsOf(repository: ImageRepository, { certSecret }: RegistrySource): readonly SpecWarning[] {
  const ofSecret = certSecret === undefined ? [] : findSecretWarnings(certSecret, 'spec.certSecretRef')
  return [...findSpecWarnings(repository), ...ofSecret]
}

function outcomeOf(scanned: ScanPlan): Outcome<ImageRepositoryStatus> {
  const { repository, stored, suspect, summary, webhookPath, limited } = scanned
  const { image, exclusionList } = repository.spec
  const warning = specWarningCondition(scanned.warnings)
  return {
    status: {
      canonicalImageName: canonicalName(parseSpecImage(image, 'spec.image')),
      observedExclusionList: exclusionList.length === 0 ? defaultExclusions : exclusionList,
      webhookPath,
      lastScanResult: { ...summary, scanTime: printTime(stored.scannedAt) },
    },
    conditions: [
      ...ready(scanMessage(summary)),
      ...(suspect === undefined ? [] : [notice('ListSuspect', 'ListShrank', suspect)]),
      ...(limited === undefined ? [] : [notice('RateLimited', 'TooManyRequests', limited)]),
      ...(warning === undefined ? [] : [warning]),
    ],
    events: [],
    readyMetadata: { image },
    requeueAfterMs: scanned.dueAfterMs,
  }
}
