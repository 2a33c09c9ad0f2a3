import { posix } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'

/** What the folder of policies holds for one kind of policy or gate. */
export interface Coverage {
  /** Files with a resource of the kind that a user can copy. */
  readonly examples: readonly string[]
  readonly cases: number
}

interface PolicyObject {
  readonly kind?: string
  readonly metadata?: { readonly name?: string }
  readonly spec?: PolicySpec
}

interface PolicySpec {
  readonly policy?: object
}

interface CaseFile {
  readonly policy?: string | PolicyObject | PolicySpec
  readonly cases?: readonly unknown[]
}

/** Counts examples and cases by kind of policy (`semver`) or field of the spec (`platforms`), given path → text. */
export function coverageOf(files: ReadonlyMap<string, string>): ReadonlyMap<string, Coverage> {
  const coverage = new Map<string, Coverage>()
  const add = (kind: string, more: Coverage): void => {
    const { examples, cases } = coverage.get(kind) ?? { examples: [], cases: 0 }
    coverage.set(kind, { examples: [...examples, ...more.examples], cases: cases + more.cases })
  }
  for (const [path, text] of files) {
    if (!path.endsWith('.test.yaml')) {
      for (const policy of policiesIn(text))
        for (const kind of kindsOf(policy)) add(kind, { examples: [path], cases: 0 })
      continue
    }
    const { policy, cases = [] } = parse(text) as CaseFile
    const object = typeof policy === 'string' ? referredPolicy(path, policy, files) : policy
    for (const kind of kindsOf(object)) add(kind, { examples: [], cases: cases.length })
  }
  return coverage
}

function policiesIn(text: string): readonly PolicyObject[] {
  const objects = parseAllDocuments(text).map((document) => document.toJS() as PolicyObject | null)
  return objects.filter((object): object is PolicyObject => object?.kind === 'ImagePolicy')
}

/** `./podinfo.yaml#ImagePolicy/podinfo`, seen from the file of cases. */
function referredPolicy(from: string, reference: string, files: ReadonlyMap<string, string>): PolicyObject | undefined {
  const [file = '', object = ''] = reference.split('#', 2)
  const text = files.get(posix.join(posix.dirname(from), file)) ?? ''
  return policiesIn(text).find(({ metadata }) => object === `ImagePolicy/${metadata?.name}`)
}

/** The members of `spec.policy` and the fields of the spec, of a whole ImagePolicy or of its spec alone. */
function kindsOf(object: PolicyObject | PolicySpec | undefined): readonly string[] {
  const spec = object !== undefined && 'spec' in object ? object.spec : (object as PolicySpec | undefined)
  return [...Object.keys(spec?.policy ?? {}), ...Object.keys(spec ?? {})]
}
