import { requestedAt } from '../api/annotations.ts'
import type { Condition } from '../api/condition.ts'
import type { Metadata } from '../api/resource.ts'
import type { Outcome } from './outcome.ts'

/** What every status has. */
interface CommonStatus {
  readonly conditions?: readonly Condition[]
  readonly observedGeneration?: number
  readonly lastHandledReconcileAt?: string
}

/** Times and measurements that alone are no reason to write; the driver keeps the time of the last pass. */
const restless: readonly string[] = ['lastAutomationRunTime', 'registry', 'lastScanResult.scanTime']

/**
 * The status after a pass: the outcome's fields over the former ones, its conditions in place of the former ones,
 * `observedGeneration` moved on Ready=True or Stalled only (kstatus), a request annotation marked as handled.
 * A pass that failed found out nothing else, so notices of the former status (`ListSuspect`, `Held` …) stay with it.
 * Returns the former status itself, by reference, when nothing but a time would change.
 */
export function nextStatus<Status extends CommonStatus>(
  object: { readonly metadata: Metadata; readonly status: Status | undefined },
  outcome: Outcome<Status>,
): Status {
  const { generation, annotations } = object.metadata
  const former: CommonStatus = object.status ?? {}
  const fields = { ...former, ...outcome.status }
  const next = withoutUndefined({
    ...fields,
    conditions: [
      ...outcome.conditions.map((one) => ({ ...one, observedGeneration: generation })),
      ...(hasFailed(outcome.conditions) ? keptNotices(former, outcome.conditions) : []),
    ],
    observedGeneration: isSettled(outcome.conditions) ? generation : former.observedGeneration,
    lastHandledReconcileAt: requestedAt(annotations) ?? former.lastHandledReconcileAt,
  }) as Status
  return object.status !== undefined && isSame(former, next) ? object.status : next
}

function isSettled(conditions: readonly Condition[]): boolean {
  return conditions.some(({ type, status }) => (type === 'Ready' || type === 'Stalled') && status === 'True')
}

function hasFailed(conditions: readonly Condition[]): boolean {
  return conditions.some(({ type, reason }) => type === 'Stalled' || reason === 'ProgressingWithRetry')
}

/** What every failure tells anew. */
const ofFailures: readonly string[] = ['Ready', 'Reconciling', 'Stalled', 'FetchFailed', 'StorageOperationFailed']

/** Former conditions that only a pass that looked could take away. */
function keptNotices(former: CommonStatus, conditions: readonly Condition[]): readonly Condition[] {
  const told = [...ofFailures, ...conditions.map(({ type }) => type)]
  return (former.conditions ?? []).filter(({ type }) => !told.includes(type))
}

function withoutUndefined(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** Equal as a reader sees it: without restless fields, conditions in any order and without their times. */
function isSame(a: CommonStatus, b: CommonStatus): boolean {
  return isEqual(comparable(a), comparable(b))
}

function comparable(status: CommonStatus): unknown {
  const conditions = (status.conditions ?? []).map(({ type, ...rest }) => {
    return [type, withoutField(rest, 'lastTransitionTime')] as const
  })
  const plain: object = { ...status, conditions: Object.fromEntries(conditions) }
  return restless.reduce(withoutField, plain)
}

/** A copy without the field at a path of one or two names. */
function withoutField(value: object, path: string): object {
  const [name = '', inner] = path.split('.')
  const { [name]: dropped, ...rest } = value as Record<string, unknown>
  if (inner === undefined || typeof dropped !== 'object' || dropped === null) return inner === undefined ? rest : value
  return { ...rest, [name]: withoutField(dropped, inner) }
}

/** Deep equality of plain JSON values; key order does not count, a missing key and an undefined one are alike. */
function isEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [left, right] = [a, b] as [Record<string, unknown>, Record<string, unknown>]
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => isEqual(left[key], right[key]))
}
