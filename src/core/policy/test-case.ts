import { printProblem, problemsOf, type FieldProblem, type Problem } from '../api/problem.ts'
import type { Path } from '../api/fields.ts'
import { AppError } from '../error.ts'
import { z } from '../schema.ts'
import { parseTime } from '../time.ts'
import { parseYamlValues } from '../yaml.ts'
import type { TagFacts } from './selection.ts'
import { verdicts, type VerdictCode } from './verdict.ts'

/** A file of cases for one policy, as `*.test.yaml` holds it. */
export interface TestFile {
  /** Whose cases they are: a reference `PATH#ImagePolicy/NAME`, or the plain value of a policy or of its spec. */
  readonly policy: PolicyReference | { readonly value: unknown }
  readonly cases: readonly TestCase[]
  /** 1-based line of a place in the file. */
  lineAt(path: Path): number
}

/** `path` is relative to the test file. */
interface PolicyReference {
  readonly path: string
  readonly name: string
}

/** One case: what is given, and what must come out. */
export interface TestCase {
  readonly name: string
  readonly tags: readonly string[]
  readonly facts: ReadonlyMap<string, TagFacts>
  /** Epoch ms. */
  readonly now?: number
  /** What was elected before, or stands in Git. */
  readonly current?: string
  readonly selects: string | null
  /** Tag → verdict that it must have; other tags are not looked at. */
  readonly rejects: Readonly<Record<string, VerdictCode>>
}

// Everything is read as its text in the file, so that the tag 1.10 needs no quotes.
const text = z.string().min(1)
const time = text.transform((value, context) => {
  const at = parseTime(value)
  if (at === undefined) context.addIssue('expected a time such as 2026-01-02T03:04:05Z')
  return at ?? 0
})

const facts = z
  .strictObject({
    pushed: time.exactOptional(),
    created: time.exactOptional(),
    platforms: z.array(text).exactOptional(),
    artifact: z
      .enum(['true', 'false'])
      .transform((value) => value === 'true')
      .exactOptional(),
  })
  .transform(({ pushed, created, ...others }): TagFacts => ({
    ...others,
    ...(pushed !== undefined && { pushedAt: pushed }),
    ...(created !== undefined && { createdAt: created }),
  }))

const testCase = z.strictObject({
  name: text,
  tags: z.array(text),
  facts: z.record(z.string(), facts).default({}),
  now: time.exactOptional(),
  current: text.exactOptional(),
  selects: text.nullable(),
  rejects: z.record(z.string(), z.enum(Object.keys(verdicts) as VerdictCode[])).default({}),
})

const testFile = z.strictObject({ policy: z.unknown(), cases: z.array(testCase).min(1) })

/** Parses the text of a `*.test.yaml`. `file` names it in the message. `POLICY_TEST_INVALID` names file and line. */
export function parseTestFile(content: string, file: string): TestFile {
  const { documents, problems } = parseYamlValues(content)
  const [document, second] = documents
  const [syntax] = problems
  if (syntax !== undefined) throw invalidTest([{ file, line: syntax.line, path: [], message: syntax.message }])
  if (document === undefined || second !== undefined) {
    throw invalidTest([
      { file, line: second?.line ?? 1, path: [], message: 'expected one document with policy and cases' },
    ])
  }
  const refuse = (found: readonly FieldProblem[]) =>
    invalidTest(found.map((problem) => ({ ...problem, file, line: document.lineAt(problem.path) })))
  const parsed = testFile.safeParse(document.texts)
  if (!parsed.success) {
    throw refuse(problemsOf(parsed.error.issues, document.texts, { schema: testFile, at: [] }))
  }
  const policy = policyOf(document.value, refuse)
  const cases = parsed.data.cases.map((one) => ({ ...one, facts: new Map(Object.entries(one.facts)) }))
  return { policy, cases, lineAt: (path) => document.lineAt(path) }
}

function policyOf(document: unknown, refuse: (found: readonly FieldProblem[]) => AppError): TestFile['policy'] {
  const value = (document as { readonly policy?: unknown }).policy
  if (typeof value === 'object' && value !== null) return { value }
  const reference = /^(?<path>.+)#ImagePolicy\/(?<name>[^/]+)$/.exec(typeof value === 'string' ? value : '')?.groups
  const { path, name } = reference ?? {}
  if (path !== undefined && name !== undefined) return { path, name }
  throw refuse([{ path: ['policy'], message: 'expected ./FILE#ImagePolicy/NAME, an ImagePolicy, or its spec' }])
}

/** The error of a test file, or of the policy it refers to: every problem on a line of its own. */
export function invalidTest(problems: readonly Problem[]): AppError {
  return new AppError('POLICY_TEST_INVALID', problems.map(printProblem).join('\n'))
}
