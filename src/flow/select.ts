import { allowDowngradeAnnotation } from '#core/api/annotations.ts'
import type { ImagePolicy, LatestRef } from '#core/api/image-policy.ts'
import type { ImageRepository } from '#core/api/image-repository.ts'
import { AppError, isAppError } from '#core/error.ts'
import { parseSpecImage, type Tag } from '#core/image/reference.ts'
import { trackAbsence, type Absence } from '#core/policy/absence.ts'
import { compilePolicy, type CompiledPolicy } from '#core/policy/compile.ts'
import { decideDigest } from '#core/policy/digest.ts'
import { elect, type ElectionInput, type Previous } from '#core/policy/elect.ts'
import type { Election } from '#core/policy/election.ts'
import { select as selectTag } from '#core/policy/select.ts'
import type { Selection, TagFacts } from '#core/policy/selection.ts'
import { specHash } from '#core/policy/spec-hash.ts'
import { compileExclusions } from '#core/scan/exclude.ts'
import { summariseTags, type TagListSummary } from '#core/scan/tag-list.ts'
import { parseDuration, parseTime } from '#core/time.ts'
import type { Readers, RegistrySource, StoredScan } from './ports.ts'
import { repositoryOf } from './referred.ts'
import { registrySource, scanKey } from './registry-source.ts'
import { outcomeOf, type SelectPlan } from './select/outcome.ts'
import type { Step } from './step.ts'
import { inWords, specWords, type Words } from './words.ts'

type Needs = Pick<Readers, 'resources' | 'registry' | 'scans' | 'evidence' | 'clock' | 'settings' | 'log' | 'hashes'>

/** How many candidates and rejections a status and `explain` show. */
const listed = 100

/** ImagePolicy → the tag it elects from the last accepted list, with a reason for every other. */
export const select: Step<ImagePolicy, SelectPlan> = {
  plan,
  act: async (chosen, { clock }) => outcomeOf(chosen, clock.now()),
}

async function plan(policy: ImagePolicy, readers: Needs, signal: AbortSignal): Promise<SelectPlan> {
  const repository = await repositoryOf(policy, readers, signal)
  const { spec } = repository
  parseSpecImage(spec.image, 'spec.image')
  const { compiled, exclusions } = await inWords(specWords, async () => ({
    compiled: compilePolicy(policy.spec, 'spec'),
    exclusions: compileExclusions(spec.exclusionList, 'spec'),
  }))
  const source = await inWords(listWords(repository), async () => registrySource(repository, readers, signal))
  const stored = await readers.scans.load(scanKey(source), signal)
  const hash = specHash({ spec: policy.spec, image: spec.image, exclusions: spec.exclusionList }, readers.hashes.sha256)
  const chosen = stored && (await selectFrom(compiled, { tags: stored.tags, exclusions, source }, { readers, signal }))
  const absence = absenceOf(policy, repository, stored)
  const previous = previousOf(policy, spec.image, hash)
  const input: ElectionInput = {
    policy: compiled,
    image: spec.image,
    scan: scanState(repository),
    allowDowngrade: policy.spec.allowDowngrade,
    ...(stored && chosen && { list: { tags: stored.tags, ...chosen } }),
    ...(previous && { previous }),
    ...(absence && { absence }),
    ...consentOf(policy),
  }
  const election = await electAsking(input, source, { readers, signal })
  const latestRef = await withDigest(policy, election, { source, readers, signal })
  const list = stored && chosen && { tags: stored.tags, exclusions, facts: chosen.facts, now: chosen.now }
  return {
    policy,
    repository,
    selection: chosen?.selection,
    list,
    election,
    latestRef,
    compiled,
    specHash: hash,
    absence,
    isOtherList: isOtherList(repository, stored && summariseTags(stored.tags, exclusions, readers.hashes.sha256)),
  }
}

/** A list and the report of it are written one after the other, to two places, and either may be lost or late. */
function isOtherList({ status }: ImageRepository, list: TagListSummary | undefined): boolean {
  const reported = status?.lastScanResult?.revision
  return reported !== undefined && reported !== list?.revision
}

/** Selects, fetching the facts that the policy turns out to need, until it needs no more. */
async function selectFrom(
  policy: CompiledPolicy,
  list: { tags: readonly Tag[]; exclusions: ReturnType<typeof compileExclusions>; source: RegistrySource },
  { readers, signal }: { readers: Needs; signal: AbortSignal },
): Promise<{ selection: Selection; facts: ReadonlyMap<string, TagFacts>; now: number }> {
  const facts = new Map<string, TagFacts>()
  const now = readers.clock.now()
  for (;;) {
    const selection = selectTag(policy, { tags: list.tags, exclusions: list.exclusions, facts, now, listed })
    if (selection.wants.length === 0) return { selection, facts, now }
    const answers = await readers.evidence.of(list.source, selection.wants, signal)
    for (const { tag } of selection.wants) {
      // A tag without an answer would be asked about for ever.
      facts.set(tag, { ...facts.get(tag), ...(answers.get(tag) ?? { missing: 'REGISTRY_UNAVAILABLE' }) })
    }
  }
}

function scanState(repository: ImageRepository): ElectionInput['scan'] {
  const conditions = repository.status?.conditions ?? []
  if (conditions.some(({ type, status }) => type === 'ListSuspect' && status === 'True')) return 'suspect'
  return conditions.some(({ type, status }) => type === 'Ready' && status === 'False') ? 'failed' : 'accepted'
}

function consentOf({ metadata }: ImagePolicy): { consent?: string } {
  const consent = metadata.annotations[allowDowngradeAnnotation]
  return consent === undefined ? {} : { consent }
}

/** The last choice. Without a stored hash the spec counts as unchanged if the status is of this generation and image. */
function previousOf({ metadata, status }: ImagePolicy, image: string, hash: string): Previous | undefined {
  const ref = status?.latestRef
  if (ref === undefined) return undefined
  const stored = status?.election?.specHash
  const isCurrent = status?.observedGeneration === metadata.generation && ref.name === image
  return { ref, sameSpec: stored === undefined ? isCurrent : stored === hash }
}

function absenceOf(
  policy: ImagePolicy,
  repository: ImageRepository,
  stored: StoredScan | undefined,
): Absence | undefined {
  const { latestRef, election } = policy.status ?? {}
  if (latestRef === undefined || stored === undefined) return undefined
  const sinceMs = parseTime(election?.missingSince ?? '')
  const before = sinceMs === undefined ? undefined : { sinceMs, missedScans: election?.missedScans ?? 1 }
  const isListed = stored.tags.some((tag) => tag === latestRef.tag)
  return trackAbsence(before, {
    isListed,
    scannedAt: stored.scannedAt,
    intervalMs: parseDuration(repository.spec.interval),
  })
}

/** Elects; where the rule wants to know whether the last tag is gone, the registry is asked for it once. */
async function electAsking(
  input: ElectionInput,
  source: RegistrySource,
  { readers, signal }: { readers: Needs; signal: AbortSignal },
): Promise<Election> {
  const election = elect(input)
  if (election.kind !== 'held' || !election.asksHead || input.absence === undefined) return election
  try {
    const head = await readers.registry.resolve(source, election.ref.tag as Tag, { fresh: true }, signal)
    return elect({ ...input, absence: { ...input.absence, isGone: head === undefined } })
  } catch (error) {
    // A registry that does not answer proves nothing; the next scan asks again.
    if (!isAppError(error) || !error.code.startsWith('REGISTRY_')) throw error
    readers.log.debug(`cannot tell whether ${election.ref.name}:${election.ref.tag} is gone: ${error.message}`)
    return election
  }
}

async function withDigest(
  policy: ImagePolicy,
  election: Election,
  { source, readers, signal }: { source: RegistrySource; readers: Needs; signal: AbortSignal },
): Promise<LatestRef | undefined> {
  if (election.kind === 'none') return policy.status?.latestRef
  const { name, tag } = election.ref
  const previous = policy.status?.latestRef
  const decision = decideDigest(policy.spec.digestReflectionPolicy, previous, { name, tag })
  if (decision === 'none') return { name, tag }
  // A held tag may be gone from the registry: its digest stays as it is known.
  if (decision === 'keep' || (election.kind === 'held' && previous?.digest !== undefined)) return previous
  const words = { prefix: `failed fetching digest of ${name}:${tag}: `, reason: 'Failed', of: ['REGISTRY_'] }
  return inWords(words, async () => {
    const head = await readers.registry.resolve(source, tag as Tag, { fresh: false }, signal)
    if (head === undefined) throw new AppError('REGISTRY_NOT_FOUND', 'the registry has no such manifest')
    return { name, tag, digest: head.digest }
  })
}

/** A policy whose repository lacks a Secret cannot know which list is its own. */
function listWords({ metadata }: ImageRepository): Words {
  const prefix = `failed to get the tags of ImageRepository ${metadata.namespace}/${metadata.name}: `
  return { prefix, reason: 'DependencyNotReady', of: ['RESOURCE_SECRET_', 'CLUSTER_'] }
}
