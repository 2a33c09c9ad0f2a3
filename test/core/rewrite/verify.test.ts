import { describe, expect, it } from 'vitest'
import { findTargets } from '#core/rewrite/find-targets.ts'
import { findDamage } from '#core/rewrite/verify.ts'

const marker = '# {"$imagepolicy": "a:b"}'
const before = `- v1 ${marker}\n- v2 ${marker}\n`
/** Behind the `a:b` of the second marker. */
const policyEnd = before.lastIndexOf('"')
const edit = { start: 2, end: 4, text: 'v9' }

function find(text: string) {
  return findTargets(text, { markers: true, fields: [] })
}

function damageOf(
  after: string,
  more: { replacements?: readonly (typeof edit)[]; value?: string } = {},
): string | undefined {
  return findDamage({
    before,
    after,
    replacements: more.replacements ?? [edit],
    found: find(before),
    foundAfter: find(after),
    values: new Map([[0, more.value ?? 'v9']]),
  })
}

describe('findDamage', () => {
  it('finds none where only the value changed', () => expect(damageOf(before.replace('v1', 'v9'))).toBeUndefined())

  it.each([
    ['a byte elsewhere changed', before.replace('v1', 'v9').replace('v2', 'v3'), {}, /bytes outside/],
    ['a byte was added at the end', `${before.replace('v1', 'v9')} `, {}, /bytes outside/],
    ['the value reads otherwise', before.replace('v1', 'v9'), { value: 'v8' }, /line 1 would not read/],
    [
      'the value is not what was meant',
      before.replace('v1', 'v8'),
      { replacements: [{ ...edit, text: 'v8' }] },
      /line 1 would not read/,
    ],
    ['another value follows', before.replace('v1', '*x'), { replacements: [{ ...edit, text: '*x' }] }, /other values/],
    [
      'a marker is lost',
      `- v9 ${marker}\n- v2 \n`,
      { replacements: [edit, { start: before.lastIndexOf('#'), end: before.length - 1, text: '' }] },
      /other values/,
    ],
    [
      'a marker is lost and another bound',
      `- v9 ${marker}\n- v2 ${marker.replace('a:b', 'a:c')}\n`,
      { replacements: [edit, { start: policyEnd - 1, end: policyEnd, text: 'c' }] },
      /line 2 would follow another marker/,
    ],
    [
      'the part of a marker changed',
      `- v9 ${marker}\n- v2 ${marker.replace('a:b', 'a:b:tag')}\n`,
      { replacements: [edit, { start: policyEnd, end: policyEnd, text: ':tag' }] },
      /line 2 would follow another marker/,
    ],
    [
      'a marker that binds nothing appeared',
      `- v9 ${marker}\n- v2 ${marker}\n${marker}`,
      { replacements: [edit, { start: before.length, end: before.length, text: marker }] },
      /other markers/,
    ],
  ] as const)('finds that %s', (_name, after, more, expected) => expect(damageOf(after, more)).toMatch(expected))
})
