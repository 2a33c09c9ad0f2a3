import { z } from '../schema.ts'
import { specAnnotation } from './annotations.ts'
import { checkSpec } from './check-spec.ts'
import type { Path } from './fields.ts'
import { identify, ownGroup, writtenKind } from './group.ts'
import { specSchemas, type AnyResource, type ResourceKind, type Specs } from './kinds.ts'
import { problemsOf, unknownField, type FieldProblem, type Problem } from './problem.ts'
import { brokenRules } from './rules.ts'
import { annotationPath, mergeSpecAnnotation } from './spec-annotation.ts'

/** Where a value was read. */
export interface Origin {
  readonly file: string
  /** 1-based line of a place in the value, or of the nearest one around it that exists. */
  readonly lineAt: (path: Path) => number
}

/** What a value turned out to be. `foreign`: none of ours; `later`: of a kind that a later release works with. */
export type Parsed =
  | { readonly is: 'resource'; readonly resource: AnyResource }
  | { readonly is: 'foreign' }
  | { readonly is: 'later'; readonly object: string }
  | { readonly is: 'invalid'; readonly problems: readonly Problem[] }

type Json = Readonly<Record<string, unknown>>

/**
 * Turns one plain value (of a YAML document, of a JSON answer) into a resource. Never throws: whatever is wrong is
 * told as problems, all at once. Unknown fields are wrong; null is "not set". `status` is not read: it belongs to
 * whoever keeps it. Metadata: namespace `default` and generation 1 where there is none.
 */
export function parseResource(value: unknown, origin?: Origin): Parsed {
  if (!isObject(value) || typeof value['kind'] !== 'string') return { is: 'foreign' }
  const { apiVersion, kind } = value
  if (typeof apiVersion !== 'string') {
    const isOurs = Object.hasOwn(specSchemas, kind)
    return isOurs
      ? invalid([{ path: ['apiVersion'], message: 'is required' }], labelOf(kind, value), origin)
      : { is: 'foreign' }
  }
  const identity = identify(apiVersion, kind)
  if (identity.is === 'foreign') return { is: 'foreign' }
  const label = labelOf(kind, value)
  if (identity.is === 'mistaken') return invalid([{ path: [identity.field], message: identity.message }], label, origin)
  if (identity.kind === 'Sync') return { is: 'later', object: label }
  return parseKnown(value, { apiVersion, group: identity.group, kind: identity.kind }, origin)
}

interface Header {
  readonly apiVersion: string
  readonly group: string
  readonly kind: ResourceKind
}

function parseKnown(value: Json, header: Header, origin: Origin | undefined): Parsed {
  const label = labelOf(writtenKind(header), value)
  const metadata = metadataSchema.safeParse(withoutNull(value['metadata']))
  const problems: FieldProblem[] = strayFields(value)
  if (!metadata.success) {
    const context = { schema: metadataSchema, at: ['metadata'] }
    problems.push(...problemsOf(metadata.error.issues, value['metadata'], context))
  }
  const annotations = metadata.data?.annotations ?? {}
  const spec = parseSpec(header, withoutNull(value['spec']), annotations)
  problems.push(...spec.problems)
  if (problems.length > 0 || !metadata.success) return invalid(problems, label, origin)
  return {
    is: 'resource',
    resource: {
      ...header,
      metadata: metadata.data,
      spec: spec.spec,
      status: undefined,
      ...(origin === undefined ? {} : { origin: { file: origin.file, line: origin.lineAt([]) } }),
    } as AnyResource, // kind and spec come from the same row of the table
  }
}

/** RFC 1123 subdomain, as Kubernetes names objects. */
const objectName = () =>
  z
    .string()
    .max(253)
    .regex(
      /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
      'expected a lower-case name such as my-app',
    )

const texts = () => z.record(z.string(), z.string()).default({})

/** Metadata has many more fields, which are Kubernetes' own affair. */
const metadataSchema = z.object({
  name: objectName(),
  namespace: objectName().default('default'),
  uid: z.string().exactOptional(),
  generation: z.int().default(1),
  deletionTimestamp: z.string().exactOptional(),
  resourceVersion: z.string().exactOptional(),
  labels: texts(),
  annotations: texts(),
})

const topFields = ['apiVersion', 'kind', 'metadata', 'spec', 'status']

function strayFields(value: Json): FieldProblem[] {
  return Object.keys(value)
    .filter((key) => !topFields.includes(key))
    .map((key) => unknownField([key], topFields))
}

function parseSpec<K extends ResourceKind>(
  { group, kind }: { readonly group: string; readonly kind: K },
  given: unknown,
  annotations: Readonly<Record<string, string>>,
): { readonly spec?: Specs[K]; readonly problems: readonly FieldProblem[] } {
  const schema = specSchemas[kind]
  if (!isObject(given)) {
    const message = given === undefined ? 'is required' : 'expected a mapping'
    return { problems: [{ path: ['spec'], message }] }
  }
  const annotation = annotations[specAnnotation]
  const isOwn = group === ownGroup
  if (isOwn && annotation !== undefined) {
    return { problems: [{ path: annotationPath, message: 'is for objects of Flux; here, write its fields into spec' }] }
  }
  const merged = isOwn ? { spec: given, merged: [], problems: [] } : mergeSpecAnnotation(given, annotation, schema)
  const parsed = schema.safeParse(merged.spec)
  const relocate = (problem: FieldProblem) => relocated(problem, merged.merged)
  if (!parsed.success) {
    const issues = problemsOf(parsed.error.issues, merged.spec, { schema, at: ['spec'] })
    return { problems: [...merged.problems, ...issues.map(relocate)] }
  }
  const found = [...brokenRules(kind, parsed.data), ...checkSpec(kind, parsed.data)]
  return { spec: parsed.data, problems: [...merged.problems, ...found.map(relocate)] }
}

/** A problem of a field that came from the annotation is one of the annotation. */
function relocated(problem: FieldProblem, merged: readonly (readonly string[])[]): FieldProblem {
  const inSpec = problem.path.slice(1)
  const isMerged = merged.some((path) => path.every((name, index) => inSpec[index] === name))
  return isMerged ? { ...problem, path: [...annotationPath, ...inSpec] } : problem
}

function invalid(problems: readonly FieldProblem[], object: string, origin: Origin | undefined): Parsed {
  const place = ({ path }: FieldProblem) =>
    origin === undefined ? {} : { file: origin.file, line: origin.lineAt(path) }
  return { is: 'invalid', problems: problems.map((problem) => ({ ...problem, object, ...place(problem) })) }
}

/** `ImagePolicy apps/web`, from whatever the metadata holds. */
function labelOf(kind: string, value: Json): string {
  const metadata = isObject(value['metadata']) ? value['metadata'] : {}
  const { namespace, name } = metadata
  const space = typeof namespace === 'string' ? namespace : 'default'
  return `${kind} ${space}/${typeof name === 'string' ? name : '(no name)'}`
}

/** A copy in which a key whose value is null is not there; as the API server does with fields that are not nullable. */
function withoutNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNull)
  if (!isObject(value)) return value ?? undefined
  const entries = Object.entries(value).filter(([, inner]) => inner !== null)
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutNull(inner)]))
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
