import { isAppError } from '../error.ts'
import { parseSpecImage } from '../image/reference.ts'
import { parseRegex } from '../regex.ts'
import { parseRemoteUrl } from '../secret/remote-url.ts'
import type { Path } from './fields.ts'
import type { GitRepositorySpec } from './git-repository.ts'
import type { ImagePolicySpec } from './image-policy.ts'
import type { ImageRepositorySpec } from './image-repository.ts'
import type { ImageUpdateAutomationSpec } from './image-update-automation.ts'
import type { ResourceKind, Specs } from './kinds.ts'
import type { FieldProblem } from './problem.ts'

type Checks = { readonly [K in ResourceKind]: (spec: Specs[K]) => readonly FieldProblem[] }

/** What the steps would find out later, told when the object is read: texts that have a grammar of their own. */
const checks: Checks = {
  ImageRepository: checkImageRepository,
  ImagePolicy: checkImagePolicy,
  ImageUpdateAutomation: checkAutomation,
  GitRepository: checkGitRepository,
}

/** Problems of single texts of a spec: image names, addresses, expressions, selectors. */
export function checkSpec<K extends ResourceKind>(kind: K, spec: Specs[K]): readonly FieldProblem[] {
  return checks[kind](spec)
}

function checkImageRepository({ image, scanFrom, exclusionList }: ImageRepositorySpec): readonly FieldProblem[] {
  return [
    ...attempt(['spec', 'image'], () => parseSpecImage(image, 'spec.image')),
    ...attempt(['spec', 'scanFrom'], () => scanFrom !== undefined && parseSpecImage(scanFrom, 'spec.scanFrom')),
    ...exclusionList.flatMap((text, index) => checkRegex(['spec', 'exclusionList', index], text)),
  ]
}

function checkImagePolicy({ filterTags }: ImagePolicySpec): readonly FieldProblem[] {
  return checkRegex(['spec', 'filterTags', 'pattern'], filterTags?.pattern ?? '')
}

function checkGitRepository({ url }: GitRepositorySpec): readonly FieldProblem[] {
  return attempt(['spec', 'url'], () => parseRemoteUrl(url, 'spec.url', ['https', 'http', 'ssh']))
}

function checkAutomation({ policySelector }: ImageUpdateAutomationSpec): readonly FieldProblem[] {
  return (policySelector?.matchExpressions ?? []).flatMap(({ operator, values }, index) => {
    const needsValues = operator === 'In' || operator === 'NotIn'
    if (needsValues === (values ?? []).length > 0) return []
    const message = needsValues ? `is required with ${operator}` : `must not be set with ${operator}`
    return [{ path: ['spec', 'policySelector', 'matchExpressions', index, 'values'], message }]
  })
}

function checkRegex(path: Path, text: string): readonly FieldProblem[] {
  const parsed = parseRegex(text)
  return parsed.ok ? [] : [{ path, message: `invalid regular expression: ${parsed.problem}` }]
}

/** The message of an AppError as a problem; the field, which problems carry apart, is taken off its beginning. */
function attempt(path: Path, parse: () => unknown): readonly FieldProblem[] {
  try {
    parse()
    return []
  } catch (error) {
    if (!isAppError(error)) throw error
    const field = `${path.map(String).join('.')}: `
    const { message } = error
    return [{ path, message: message.startsWith(field) ? message.slice(field.length) : message }]
  }
}
