import type { AnyResource } from '#core/api/kinds.ts'
import type { FieldProblem } from '#core/api/problem.ts'
import { checkMessage } from '#core/commit/message.ts'
import { parseUpdatePath } from '#core/commit/update-path.ts'
import { isAppError } from '#core/error.ts'
import { parseSpecImage } from '#core/image/reference.ts'
import { compilePolicy } from '#core/policy/compile.ts'
import { parseFieldTarget } from '#core/rewrite/strategies/fields.ts'
import { systemHashes } from '#io/hash.ts'
import { compileExclusions } from '#core/scan/exclude.ts'

/**
 * What the schema of a resource cannot say and its later stages would: image names, ranges, regexes, templates, paths,
 * targets. So every command that loads resources finds them, offline and with file and line.
 */
export function checkResource(resource: AnyResource): readonly FieldProblem[] {
  switch (resource.kind) {
    case 'ImageRepository':
      return [
        ...problem(['spec', 'image'], () => parseSpecImage(resource.spec.image, 'spec.image')),
        ...problem(['spec', 'exclusionList'], () => compileExclusions(resource.spec.exclusionList, 'spec')),
        ...problem(['spec', 'scanFrom'], () => {
          if (resource.spec.scanFrom !== undefined) parseSpecImage(resource.spec.scanFrom, 'spec.scanFrom')
        }),
      ]
    case 'ImagePolicy':
      return problem(['spec'], () => compilePolicy(resource.spec, 'spec'))
    case 'ImageUpdateAutomation':
      return checkAutomation(resource)
    default:
      return []
  }
}

function checkAutomation(automation: Extract<AnyResource, { kind: 'ImageUpdateAutomation' }>): readonly FieldProblem[] {
  const { update, git } = automation.spec
  const { namespace, name } = automation.metadata
  const template = git?.commit.messageTemplate ?? ''
  const values = git?.commit.messageTemplateValues ?? {}
  return [
    ...problem(['spec', 'git', 'commit', 'messageTemplate'], () => {
      checkMessage({ automation: { namespace, name }, template, values, updateRoot: '' }, systemHashes)
    }),
    ...[update.path, ...update.paths].flatMap((path) => {
      return problem(['spec', 'update', 'path'], () => parseUpdatePath(path, 'spec.update.path'))
    }),
    ...update.targets.flatMap((target, index) => {
      return problem(['spec', 'update', 'targets', index], () =>
        parseFieldTarget(target, automation.metadata.namespace),
      )
    }),
  ]
}

/** The later stages begin their messages with the field; where one does not, `path` is where the fault is. */
function problem(path: FieldProblem['path'], check: () => unknown): readonly FieldProblem[] {
  try {
    check()
    return []
  } catch (error) {
    if (!isAppError(error)) throw error
    const [, field, message] = /^(spec(?:\.\w+|\[\d+\])*): (.*)$/s.exec(error.message) ?? []
    return [
      field === undefined || message === undefined
        ? { path, message: error.message }
        : { path: segments(field), message },
    ]
  }
}

/** `spec.exclusionList[0]` → `['spec', 'exclusionList', 0]` */
function segments(field: string): FieldProblem['path'] {
  return [...field.matchAll(/\w+/g)].map(([word]) => (/^\d+$/.test(word) ? Number(word) : word))
}
