import { describe, expect, it } from 'vitest'
import { planFile } from '#core/rewrite/plan-file.ts'
import { reapplyFile, reapplyFileTask } from '#core/rewrite/reapply-file.ts'
import { inputOf } from './policies.ts'

const web = '# {"$imagepolicy": "apps:web:tag"}'
const api = '# {"$imagepolicy": "apps:api:tag"}'
const base = `a: v1 ${web}\nb: v2 ${web}\nc: v1.9 ${api}\n`

/** The file at the new tip, and the lines that are edited there. */
const cases: readonly (readonly [name: string, tip: string, lines: readonly number[]])[] = [
  ['nothing changed', base, [1, 2, 3]],
  ['lines moved', `# new\n\n${base}`, [3, 4, 5]],
  ['already at the new value', base.replace('v1 ', '"1.10" '), [2, 3]],
  ['changed by somebody', base.replace('v1 ', 'v0 '), [2, 3]],
  ['changed to the old value of another', base.replace('v1 ', 'v2 '), [2, 3]],
  ['swapped', base.replace('v1 ', 'vX ').replace('v2 ', 'v1 ').replace('vX ', 'v2 '), [3]],
  ['a marker of one policy added', `${base}d: v1 ${web}\n`, [3]],
  ['a marker of one policy removed', base.replace(`a: v1 ${web}\n`, ''), [2]],
  ['another policy added', `${base}d: x # {"$imagepolicy": "apps:web"}\n`, [1, 2, 3]],
  ['everything gone', 'a: 1\n', []],
]

describe('reapplyFile', () => {
  it.each(cases)('%s', (_name, tip, lines) => {
    const change = reapplyFile({ base: planFile(inputOf(base)), tip: inputOf(tip) })
    expect(change.edits.map(({ line }) => line)).toEqual(lines)
    expect(change.text === undefined).toBe(lines.length === 0)
  })

  it.each([
    ['nothing changed', base, false],
    ['already at the new value', base.replace('v1 ', '"1.10" '), false],
    ['everything gone', 'a: 1\n', false],
    ['changed by somebody', base.replace('v1 ', 'v0 '), true],
    ['a marker added', `${base}d: v1 ${web}\n`, true],
  ])('says whether something was left for the next run: %s', (_name, tip, isPostponed) => {
    const change = reapplyFile({ base: planFile(inputOf(base)), tip: inputOf(tip) })
    expect(change.postponed ?? false).toBe(isPostponed)
  })

  it('leaves out what was not planned on the base', () => {
    const plan = planFile(inputOf(base, { only: new Set([0]) }))
    expect(reapplyFile({ base: plan, tip: inputOf(base) }).text).toBe(base.replace('v1 ', '"1.10" '))
    expect(reapplyFile({ base: { edits: [], found: [] }, tip: inputOf(base) }).edits).toEqual([])
  })

  it('is a task that a thread can find', () => {
    expect(reapplyFileTask.name).toBe('reapply-file')
    expect(reapplyFileTask.run({ base: planFile(inputOf(base)), tip: inputOf(base) }).edits).toHaveLength(3)
  })
})
