import { expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import { isTag } from '#core/image/reference.ts'
import { compilePolicy } from '#core/policy/compile.ts'
import { select } from '#core/policy/select.ts'
import { printExplanation } from '#cli/print/explanation.ts'

const policy = compilePolicy({ policy: { semver: { range: '1.x' } } }, 'spec')
const base = { namespace: 'apps', name: 'web', image: 'x/web', gates: [], targets: [] }

it('prints the election, its counts, the rivals and the places in Git', () => {
  const selection = select(policy, { tags: ['1.0.0', '1.1.0', '2.0.0'].filter(isTag) })
  const targets = [{ file: 'a.yaml', line: 4, verdict: 'edit', reason: 'x/web:1.0.0 becomes x/web:1.1.0' }]
  expect(printExplanation({ ...base, selection, targets }, false)).toBe(`apps/web (x/web)
1.1.0 is preferred to 1 other candidate by semver 1.x
3 tags: 1 out-of-range, 1 selected, 1 superseded
1.1.0
  1.1.0  selected      by semver 1.x
  1.0.0  superseded    1.1.0 is preferred
  2.0.0  out-of-range  1.x excludes it
in Git:
  a.yaml:4  edit  x/web:1.0.0 becomes x/web:1.1.0
`)
})

it('says that no place is bound, that no list is known, and what failed', () => {
  const selection = select(policy, { tags: ['1.0.0'].filter(isTag) })
  expect(printExplanation({ ...base, selection }, false)).toContain('in Git: no place is bound to this policy\n')
  expect(printExplanation({ ...base, selection: null }, false)).toBe('apps/web (x/web)\nno list of tags is known yet\n')
  const error = new AppError('GIT_TIMEOUT', 'too slow', { hint: 'wait' })
  expect(printExplanation({ ...base, image: '', selection: null, error }, false)).toBe(
    'apps/web\ntoo slow\n  hint: wait\n',
  )
})
