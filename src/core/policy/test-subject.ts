import type { Path } from '../api/fields.ts'
import { imagePolicySpec, type ImagePolicySpec } from '../api/image-policy.ts'
import { parseResource } from '../api/parse.ts'
import { problemsOf } from '../api/problem.ts'
import { parseYamlValues } from '../yaml.ts'
import type { PolicySpec } from './compile.ts'
import { invalidTest } from './test-case.ts'

/** The policy of a test file, and the exclusion list that its ImageRepository would apply (empty: the default one). */
export interface TestSubject {
  readonly spec: PolicySpec
  readonly exclusionList: readonly string[]
  /** For messages: `ImagePolicy default/podinfo: spec`. */
  readonly field: string
}

/** Where a policy was written. */
interface Place {
  readonly file: string
  lineAt(path: Path): number
}

/** A spec in a test file needs no ImageRepository. */
const bareSpec = imagePolicySpec.partial({ imageRepositoryRef: true })

/** The subject of a test file that holds the policy itself: an ImagePolicy, or its spec. `POLICY_TEST_INVALID`. */
export function inlineSubject(value: unknown, place: Place): TestSubject {
  const inPolicy = { file: place.file, lineAt: (path: Path) => place.lineAt(['policy', ...path]) }
  if (typeof value === 'object' && value !== null && 'kind' in value) {
    return subjectOf(resourceOf(value, inPolicy), [])
  }
  const parsed = bareSpec.safeParse(value)
  if (parsed.success) return { spec: parsed.data, exclusionList: [], field: 'policy' }
  const problems = problemsOf(parsed.error.issues, value, { schema: bareSpec, at: ['policy'] })
  throw invalidTest(problems.map((problem) => ({ ...problem, file: place.file, line: place.lineAt(problem.path) })))
}

/** The subject that a test file refers to, found by name in the text of a file of resources. `POLICY_TEST_INVALID`. */
export function referredSubject(content: string, file: string, name: string): TestSubject {
  const { documents, problems } = parseYamlValues(content)
  const [syntax] = problems
  if (syntax !== undefined) throw invalidTest([{ file, line: syntax.line, path: [], message: syntax.message }])
  const named = documents.find(({ value }) => isNamed(value, 'ImagePolicy', name))
  if (named === undefined) throw invalidTest([{ file, path: [], message: `holds no ImagePolicy ${name}` }])
  const policy = resourceOf(named.value, { file, lineAt: (path) => named.lineAt(path) })
  const repository = documents.find(({ value }) =>
    isNamed(value, 'ImageRepository', policy.spec.imageRepositoryRef.name),
  )
  if (repository === undefined) return subjectOf(policy, [])
  const parsed = parseResource(repository.value, { file, lineAt: (path) => repository.lineAt(path) })
  if (parsed.is === 'invalid') throw invalidTest(parsed.problems)
  const isRepository = parsed.is === 'resource' && parsed.resource.kind === 'ImageRepository'
  return subjectOf(policy, isRepository ? parsed.resource.spec.exclusionList : [])
}

interface Policy {
  readonly metadata: { readonly namespace: string; readonly name: string }
  readonly spec: ImagePolicySpec
}

function resourceOf(value: unknown, place: Place): Policy {
  const parsed = parseResource(value, place)
  if (parsed.is === 'invalid') throw invalidTest(parsed.problems)
  if (parsed.is === 'resource' && parsed.resource.kind === 'ImagePolicy') return parsed.resource
  throw invalidTest([
    { file: place.file, line: place.lineAt([]), path: [], message: 'expected an ImagePolicy or its spec' },
  ])
}

function subjectOf({ metadata, spec }: Policy, exclusionList: readonly string[]): TestSubject {
  return { spec, exclusionList, field: `ImagePolicy ${metadata.namespace}/${metadata.name}: spec` }
}

function isNamed(value: unknown, kind: string, name: string): boolean {
  const object = value as { readonly kind?: unknown; readonly metadata?: { readonly name?: unknown } | null } | null
  return object?.kind === kind && object.metadata?.name === name
}
