import { printPath } from './fields.ts'
import type { ResourceKind } from './kinds.ts'
import { printProblem, type FieldProblem } from './problem.ts'
import { annotationPath } from './spec-annotation.ts'

/** Reason and message of Stalled and Ready for an object that cannot be used, Flux's where Flux has one. */
export interface Stall {
  readonly reason: string
  readonly message: string
}

/** A field (its path up to there), the reason of Flux for it, and the words before the problem. */
interface Row {
  readonly kind: ResourceKind
  readonly field: string
  readonly reason: string
  /** Default: field and problem, `spec.image: is required`. */
  readonly text?: (problem: FieldProblem, value: unknown) => string
}

const bare = ({ message }: FieldProblem): string => message
/** `error parsing regexp: …`, as Go says it. */
const regexProblem = ({ message }: FieldProblem): string => message.replace(/^invalid regular expression: /, '')

const rows: readonly Row[] = [
  { kind: 'ImageRepository', field: 'spec.image', reason: 'ImageURLInvalid', text: bare },
  {
    kind: 'ImageRepository',
    field: 'spec.exclusionList',
    reason: 'ExclusionListInvalid',
    text: (problem, value) => `failed to compile regex ${String(value)}: ${regexProblem(problem)}`,
  },
  {
    kind: 'ImagePolicy',
    field: 'spec.filterTags.pattern',
    reason: 'InvalidPolicy',
    text: (problem, value) => {
      return `failed to filter tags: invalid regular expression pattern '${String(value)}': ${regexProblem(problem)}`
    },
  },
  {
    kind: 'ImagePolicy',
    field: 'spec.policy',
    reason: 'InvalidPolicy',
    text: (problem) => `invalid policy: ${printPath(problem.path)}: ${problem.message}`,
  },
  { kind: 'ImagePolicy', field: 'spec.interval', reason: 'IntervalNotConfigured', text: bare },
  { kind: 'ImagePolicy', field: 'spec.digestReflectionPolicy', reason: 'IntervalNotConfigured', text: bare },
  { kind: 'ImageUpdateAutomation', field: 'spec.policySelector', reason: 'InvalidPolicySelector' },
  { kind: 'ImageUpdateAutomation', field: 'spec.update.strategy', reason: 'InvalidUpdateStrategy' },
  { kind: 'ImageUpdateAutomation', field: 'spec.update.path', reason: 'InvalidPath' },
  { kind: 'ImageUpdateAutomation', field: 'spec.git.commit.messageTemplate', reason: 'InvalidTemplate' },
  { kind: 'ImageUpdateAutomation', field: 'spec.git.commit.signingKey', reason: 'InvalidSigningKey' },
  { kind: 'ImageUpdateAutomation', field: 'spec.git', reason: 'InvalidSourceConfiguration' },
]

/**
 * What to say of an object with these problems (at least one), `value` being the whole object. A single problem of a
 * field that Flux knows is told in Flux's words; several are listed, under the reason of the first.
 */
export function stallOf(kind: ResourceKind, problems: readonly FieldProblem[], value: unknown): Stall {
  const [first] = problems
  if (first === undefined) return { reason: 'InvalidSpec', message: '' }
  const row = rows.find((one) => one.kind === kind && isWithin(first, one.field))
  const isAnnotation = annotationPath.every((name, index) => first.path[index] === name)
  const reason = isAnnotation ? 'InvalidAnnotation' : (row?.reason ?? 'InvalidSpec')
  const isTyped = row?.text !== undefined && problems.length === 1
  const message = isTyped
    ? row.text(first, valueAt(value, first))
    : problems.map(({ path, message: text }) => printProblem({ path, message: text })).join('; ')
  return { reason, message }
}

function isWithin({ path }: FieldProblem, field: string): boolean {
  const place = printPath(path)
  return place === field || place.startsWith(`${field}.`) || place.startsWith(`${field}[`)
}

function valueAt(value: unknown, { path }: FieldProblem): unknown {
  return path.reduce<unknown>((at, step) => {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined
    return (at as Readonly<Record<PropertyKey, unknown>>)[step]
  }, value)
}
