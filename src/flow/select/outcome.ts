import type { ImagePolicy, ImagePolicyStatus, LatestRef } from '#core/api/image-policy.ts'
import type { ImageRepository } from '#core/api/image-repository.ts'
import { findSpecWarnings, specWarningCondition } from '#core/api/warnings.ts'
import type { Absence } from '#core/policy/absence.ts'
import type { CompiledPolicy } from '#core/policy/compile.ts'
import type { Election } from '#core/policy/election.ts'
import { afterElection, explanationOf } from '#core/policy/explain.ts'
import type { SelectInput } from '#core/policy/judge.ts'
import { downgradedMessage, readyMessage } from '#core/policy/ready.ts'
import type { Selection } from '#core/policy/selection.ts'
import { notice, ready, waiting } from '#core/status/conditions-of.ts'
import type { Outcome } from '#core/status/outcome.ts'
import { parseDuration, printTime } from '#core/time.ts'

/** What a policy decides now. `selection` is absent while no list is stored. */
export interface SelectPlan {
  readonly policy: ImagePolicy
  readonly repository: ImageRepository
  readonly selection: Selection | undefined
  /** What was chosen from, to ask about single tags. */
  readonly list: SelectInput | undefined
  readonly election: Election
  /** What stands in the status afterwards: the elected ref with its digest, or the one that is kept. */
  readonly latestRef: LatestRef | undefined
  readonly compiled: CompiledPolicy
  readonly specHash: string
  readonly absence: Absence | undefined
  /** Is the list another than the one that the repository has reported? */
  readonly isOtherList: boolean
}

/** The reported list was lost, or is not to be seen yet; when it is there again, nobody says so. */
const otherListMs = 10_000
/** An interval of nothing counts as this one. */
const defaultDigestMs = 600_000

/** What the status of a policy says after an election at `now` (epoch ms). Flux's texts. */
export function outcomeOf(chosen: SelectPlan, now: number): Outcome<ImagePolicyStatus> {
  const { policy, selection, election } = chosen
  const requeueAfterMs = requeueOf(chosen)
  if (selection === undefined && election.kind === 'held') {
    // Without a list there is nothing new to say, and what was said still holds.
    return { status: {}, conditions: keptConditions(chosen), events: [], requeueAfterMs }
  }
  const former = policy.status?.latestRef
  return {
    status: {
      latestRef: chosen.latestRef,
      observedPreviousRef: previousOf(chosen),
      election: electionStatus(chosen, now),
      ...(selection === undefined ? {} : { explanation: explanationOf(afterElection(selection, election)) }),
    },
    conditions: [
      ...readyOf(chosen),
      ...(election.kind !== 'none' && election.hold
        ? [notice('ElectionHeld', election.hold.reason, election.hold.message)]
        : []),
      ...(selection?.ambiguous ? [notice('Ambiguous', selection.ambiguous.reason, selection.ambiguous.message)] : []),
      ...warningsOf(chosen),
    ],
    events: downgradeEvents(election, former),
    readyMetadata: metadataOf(chosen.latestRef, previousOf(chosen)),
    requeueAfterMs,
  }
}

function requeueOf({ policy: { spec }, isOtherList }: SelectPlan): number | undefined {
  const ownMs = spec.interval === undefined ? undefined : parseDuration(spec.interval) || defaultDigestMs
  return isOtherList ? Math.min(ownMs ?? otherListMs, otherListMs) : ownMs
}

/** A list that got lost changes nothing; but a spec that nobody has judged by is not Ready. */
function keptConditions({ policy, repository, latestRef }: SelectPlan): Outcome['conditions'] {
  const { status, metadata } = policy
  const former = status?.conditions ?? []
  if (status?.observedGeneration !== metadata.generation) return waiting('DependencyNotReady', noScan(repository))
  if (former.length > 0 || latestRef === undefined) return former
  return ready(readyMessage(latestRef, status.observedPreviousRef))
}

/** Why a policy without a list waits. */
function noScan({ metadata }: ImageRepository): string {
  return `ImageRepository ${metadata.namespace}/${metadata.name} has no accepted scan yet`
}

/** The ref before the present one: it moves when any part of that changes, and is never taken away. */
function previousOf({ policy, latestRef }: SelectPlan): LatestRef | undefined {
  const { latestRef: former, observedPreviousRef } = policy.status ?? {}
  return hasMoved(former, latestRef) ? former : observedPreviousRef
}

function hasMoved(former: LatestRef | undefined, now: LatestRef | undefined): boolean {
  return former !== undefined && now !== undefined && !isSameRef(former, now)
}

function isSameRef(a: LatestRef, b: LatestRef): boolean {
  return a.name === b.name && a.tag === b.tag && a.digest === b.digest
}

/** Hash and time move only with an election, so that they always name the spec and moment that made `latestRef`. */
function electionStatus(
  { policy, election, specHash, absence, selection, latestRef }: SelectPlan,
  now: number,
): ImagePolicyStatus['election'] {
  const { election: former, latestRef: before } = policy.status ?? {}
  if (election.kind === 'none' || selection === undefined) return former
  const isNew = former === undefined || before === undefined || hasMoved(before, latestRef)
  return {
    specHash: election.kind === 'elected' ? specHash : (former?.specHash ?? specHash),
    time: isNew ? printTime(now) : former.time,
    ...(absence && { missingSince: printTime(absence.sinceMs), missedScans: absence.missedScans }),
  }
}

function readyOf(chosen: SelectPlan): Outcome['conditions'] {
  const { policy, repository, election, latestRef } = chosen
  if (election.kind === 'none') {
    const isEarly = election.reason === 'DependencyNotReady'
    return waiting(election.reason, isEarly ? noScan(repository) : election.message)
  }
  if (latestRef === undefined) return []
  const previous = previousOf(chosen)
  const text = readyMessage(latestRef, previous)
  const lowered = readyMessage(latestRef, previous, { lowered: 'spec' })
  const told = policy.status?.conditions?.find(({ type }) => type === 'Ready')?.message
  // What was lowered by a changed spec stays so until the next election, although it is told by one pass only.
  const isLowered = (election.kind === 'elected' && election.lowered === 'spec') || told === lowered
  return ready(isLowered ? lowered : text)
}

function warningsOf({ policy, compiled }: SelectPlan): Outcome['conditions'] {
  const warning = specWarningCondition([...findSpecWarnings(policy), ...compiled.warnings])
  return warning === undefined ? [] : [warning]
}

function downgradeEvents(election: Election, former: LatestRef | undefined): Outcome['events'] {
  if (election.kind !== 'elected' || election.lowered === undefined || former === undefined) return []
  const message = downgradedMessage({ from: former.tag, to: election.ref.tag }, election.lowered)
  return [{ type: 'Normal', reason: 'Downgraded', message, metadata: metadataOf(election.ref, former) }]
}

/** `previous` is the tag, since image and tag are told apart too; after a change of image the whole name. */
function metadataOf(latest: LatestRef | undefined, previous: LatestRef | undefined): Readonly<Record<string, string>> {
  if (latest === undefined) return {}
  const before = previous && (previous.name === latest.name ? previous.tag : `${previous.name}:${previous.tag}`)
  return {
    image: latest.name,
    tag: latest.tag,
    ...(latest.digest === undefined || latest.digest === '' ? {} : { digest: latest.digest }),
    ...(before === undefined ? {} : { previous: before }),
  }
}
