import type { Condition } from '../api/condition.ts'
import type { GitRepositoryStatus } from '../api/git-repository.ts'
import type { ImagePolicyStatus, LatestRef } from '../api/image-policy.ts'
import type { ImageRepositoryStatus } from '../api/image-repository.ts'
import type { ImageUpdateAutomationStatus } from '../api/image-update-automation.ts'
import type { AnyResource } from '../api/kinds.ts'

/** Conditions that are told by Ready already. */
const echoes: ReadonlySet<string> = new Set([
  'Ready',
  'Reconciling',
  'Stalled',
  'FetchFailed',
  'StorageOperationFailed',
  'ArtifactInStorage',
])

/**
 * What a person wants to read about an object after a pass, a line each: how it is, what was found, what was left alone
 * and why. For logs of jobs; ends with the notices. An object without a status gives one line that says so.
 */
export function explanationLines(resource: AnyResource): readonly string[] {
  const conditions = resource.status?.conditions ?? []
  const ready = conditions.find(({ type }) => type === 'Ready')
  return [
    ...(resource.spec.suspend === true ? ['suspended: nothing is done until it is resumed'] : []),
    readyLine(ready, conditions),
    ...found(resource),
    ...conditions.filter(({ type }) => !echoes.has(type)).map((one) => `${one.type}: ${one.reason}: ${one.message}`),
  ]
}

function readyLine(ready: Condition | undefined, conditions: readonly Condition[]): string {
  if (ready === undefined) return 'not looked at yet'
  if (ready.status === 'True') return `ready: ${ready.message}`
  const isStalled = conditions.some(({ type, status }) => type === 'Stalled' && status === 'True')
  const isRetried = conditions.some(({ reason }) => reason === 'ProgressingWithRetry')
  const state = isStalled
    ? 'stalled, only a change helps'
    : isRetried
      ? 'not ready, tried again by itself'
      : 'not ready'
  return `${state}: ${ready.reason}: ${ready.message}`
}

function found(resource: AnyResource): readonly string[] {
  if (resource.kind === 'ImageRepository') return tagLines(resource.status)
  if (resource.kind === 'ImagePolicy') return electionLines(resource.status)
  return resource.kind === 'GitRepository' ? revisionLines(resource.status) : runLines(resource.status)
}

function tagLines({ lastScanResult }: ImageRepositoryStatus = {}): readonly string[] {
  if (lastScanResult === undefined) return []
  const { tagCount, revision, scanTime, latestTags } = lastScanResult
  const newest = latestTags.length === 0 ? [] : [`highest tags: ${latestTags.join(', ')}`]
  return [`${tagCount} tags at ${scanTime}, checksum ${revision}`, ...newest]
}

function electionLines({ latestRef, observedPreviousRef, explanation }: ImagePolicyStatus = {}): readonly string[] {
  const counts = Object.entries(explanation?.counts ?? {}).map(([verdict, count]) => `${count} ${verdict}`)
  return [
    ...(latestRef === undefined ? [] : [`latest: ${printRef(latestRef)}`]),
    ...(observedPreviousRef === undefined ? [] : [`previous: ${printRef(observedPreviousRef)}`]),
    ...(counts.length === 0 ? [] : [`tags: ${counts.join(', ')}`]),
    ...(explanation?.rejections ?? []).map(({ tag, verdict, reason }) => `rejected ${tag}: ${verdict}: ${reason}`),
  ]
}

function printRef({ name, tag, digest }: LatestRef): string {
  return `${name}:${tag}${digest === undefined || digest === '' ? '' : `@${digest}`}`
}

function revisionLines({ artifact }: GitRepositoryStatus = {}): readonly string[] {
  return artifact === undefined ? [] : [`revision: ${artifact.revision}, first seen at ${artifact.lastUpdateTime}`]
}

function runLines(status: ImageUpdateAutomationStatus = {}): readonly string[] {
  const { lastPushCommit, lastPushTime, observedSourceRevision, skipped = [], skippedCount } = status
  const more = (skippedCount ?? 0) - skipped.length
  return [
    ...(observedSourceRevision === undefined ? [] : [`source: ${observedSourceRevision}`]),
    ...(lastPushCommit === undefined ? [] : [`last push: ${lastPushCommit} at ${lastPushTime ?? 'an unknown time'}`]),
    ...skipped.map(({ path, line, code, reason }) => {
      const place = line === undefined ? path : `${path}:${line}`
      return `${code === 'held' ? 'held' : 'skipped'} ${place}: ${code === 'held' ? '' : `${code}: `}${reason}`
    }),
    ...(more > 0 ? [`and ${more} more that were left alone`] : []),
  ]
}
