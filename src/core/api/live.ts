import type { z } from '../schema.ts'
import { specAnnotation } from './annotations.ts'
import { printPath, type Path } from './fields.ts'
import { identify, ownGroup } from './group.ts'
import type { AnyResource, ResourceKind } from './kinds.ts'
import { parseResource } from './parse.ts'
import { isUnknownField, type Problem } from './problem.ts'
import type { Metadata, SpecWarning } from './resource.ts'
import { annotationPath } from './spec-annotation.ts'
import { stallOf, type Stall } from './stall.ts'
import { statusSchemas } from './status-schemas.ts'

/** An object of a cluster that cannot be used as it is written; only a change of it helps. */
export interface BrokenResource extends Stall {
  readonly group: string
  readonly apiVersion: string
  readonly kind: ResourceKind
  readonly metadata: Metadata
  readonly status: AnyResource['status']
  readonly problems: readonly Problem[]
}

/** What an object of a cluster turned out to be. `foreign`: of no kind that this release works with. */
export type LiveParsed =
  | { readonly is: 'resource'; readonly resource: AnyResource }
  | { readonly is: 'broken'; readonly broken: BrokenResource }
  | { readonly is: 'foreign' }

type Json = Readonly<Record<string, unknown>>

/** Fields within unknown fields show themselves only when those are gone. */
const mostRounds = 5

/**
 * Turns an object of an API server into a resource with its status. Never throws. Milder than `parseResource`, since
 * one object must not trouble others and Flux's own controllers would take it: unknown fields and, in Flux's group,
 * policies beyond the first become warnings. Fields of the status that are not as written here are left out, one by one.
 */
export function parseLive(value: unknown): LiveParsed {
  if (!isObject(value)) return { is: 'foreign' }
  const { apiVersion, kind } = value
  const identity = typeof apiVersion === 'string' && typeof kind === 'string' ? identify(apiVersion, kind) : undefined
  if (identity?.is !== 'ours' || identity.kind === 'Sync') return { is: 'foreign' }
  const status = parseStatus(identity.kind, value['status'])
  const chosen = identity.group === ownGroup ? { value, warnings: [] } : withOnePolicy(value)
  const warnings: SpecWarning[] = [...chosen.warnings]
  let current: Json = chosen.value
  for (let round = 0; ; round += 1) {
    const parsed = parseResource(current)
    if (parsed.is === 'foreign' || parsed.is === 'later') return { is: 'foreign' }
    if (parsed.is === 'resource') {
      const known = warnings.length === 0 ? {} : { warnings }
      return { is: 'resource', resource: { ...parsed.resource, status, ...known } as AnyResource }
    }
    const unknown = parsed.problems.filter(isUnknownField)
    if (unknown.length === 0 || round === mostRounds) {
      const header = { apiVersion: String(apiVersion), group: identity.group, kind: identity.kind }
      const metadata = metadataOf(value)
      const stall = stallOf(identity.kind, parsed.problems, value)
      return { is: 'broken', broken: { ...header, metadata, status, problems: parsed.problems, ...stall } }
    }
    warnings.push(
      ...unknown.map(({ path, message }) => ({ reason: 'UnknownField', message: `${printPath(path)}: ${message}` })),
    )
    current = unknown.reduce((into, { path }) => without(into, path), current)
  }
}

/** Flux's controller takes the first of these that is there. */
const fluxPolicies = ['semver', 'alphabetical', 'numerical']

function withOnePolicy(value: Json): { readonly value: Json; readonly warnings: readonly SpecWarning[] } {
  const spec = isObject(value['spec']) ? value['spec'] : {}
  const policy = isObject(spec['policy']) ? spec['policy'] : {}
  const given = fluxPolicies.filter((name) => policy[name] !== undefined && policy[name] !== null)
  const [first, ...others] = given
  if (first === undefined || others.length === 0) return { value, warnings: [] }
  const message = `spec.policy: several are set; ${first} counts, ${others.join(' and ')} ${others.length > 1 ? 'do' : 'does'} not`
  const kept = Object.fromEntries(Object.entries(policy).filter(([name]) => !others.includes(name)))
  return {
    value: { ...value, spec: { ...spec, policy: kept } },
    warnings: [{ reason: 'SeveralPolicies', message }],
  }
}

/** A copy without the field at a path; a path into the annotation goes on inside its JSON. */
function without(value: Json, path: Path): Json {
  if (annotationPath.every((name, index) => path[index] === name) && path.length > annotationPath.length) {
    return withoutInAnnotation(value, path.slice(annotationPath.length))
  }
  return drop(value, path) as Json
}

function withoutInAnnotation(value: Json, path: Path): Json {
  const metadata = isObject(value['metadata']) ? value['metadata'] : {}
  const annotations = isObject(metadata['annotations']) ? metadata['annotations'] : {}
  const inner = drop(JSON.parse(String(annotations[specAnnotation])), path)
  const changed = { ...annotations, [specAnnotation]: JSON.stringify(inner) }
  return { ...value, metadata: { ...metadata, annotations: changed } }
}

function drop(value: unknown, [step, ...rest]: Path): unknown {
  if (step === undefined) return value
  if (Array.isArray(value)) return value.map((one, index): unknown => (index === step ? drop(one, rest) : one))
  if (!isObject(value)) return value
  const { [String(step)]: inner, ...others } = value
  return rest.length === 0 ? others : { ...others, [String(step)]: drop(inner, rest) }
}

function parseStatus(kind: ResourceKind, given: unknown): AnyResource['status'] {
  if (!isObject(given)) return undefined
  const schema: z.ZodType<AnyResource['status']> = statusSchemas[kind]
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const bad = new Set(parsed.error.issues.map(({ path }) => path[0]))
  const rest = Object.fromEntries(Object.entries(given).filter(([name]) => !bad.has(name)))
  return schema.safeParse(rest).data
}

/** The API server has checked it, so what is missing here was never there. */
function metadataOf(value: Json): Metadata {
  const metadata = isObject(value['metadata']) ? value['metadata'] : {}
  const { name, namespace, uid, generation, deletionTimestamp, resourceVersion } = metadata
  return {
    name: String(name),
    namespace: typeof namespace === 'string' ? namespace : 'default',
    generation: typeof generation === 'number' ? generation : 1,
    labels: textsIn(metadata['labels']),
    annotations: textsIn(metadata['annotations']),
    ...(typeof uid === 'string' && { uid }),
    ...(typeof deletionTimestamp === 'string' && { deletionTimestamp }),
    ...(typeof resourceVersion === 'string' && { resourceVersion }),
  }
}

function textsIn(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(isObject(value) ? value : {})
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
