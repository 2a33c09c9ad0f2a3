import type { FieldProblem } from '../api/problem.ts'
import { isAppError } from '../error.ts'
import { compilePolicy, type PolicySpec } from './compile.ts'

/**
 * What the schema of an ImagePolicy cannot see: a bad range, calendar format, expression or platform. For whoever reads
 * resources, so that these are told with file and line before anything runs; at most one problem, empty if all is well.
 */
export function findPolicyProblems(spec: PolicySpec): readonly FieldProblem[] {
  try {
    compilePolicy(spec, 'spec')
    return []
  } catch (error) {
    if (!isAppError(error)) throw error
    const colon = error.message.indexOf(': ')
    return [{ path: pathOf(error.message.slice(0, colon)), message: error.message.slice(colon + 2) }]
  }
}

/** `spec.platforms[0]` → `['spec', 'platforms', 0]` */
function pathOf(field: string): FieldProblem['path'] {
  return [...field.matchAll(/[^.[\]]+/g)].map(([step]) => (/^[0-9]+$/.test(step) ? Number(step) : step))
}
