import { describe, expect, it } from 'vitest'
import { checkSpec } from '#core/api/check-spec.ts'
import type { ResourceKind } from '#core/api/kinds.ts'
import { printProblem } from '#core/api/problem.ts'
import { example } from './examples.ts'

describe('checkSpec', () => {
  const cases: readonly [ResourceKind, object, readonly string[]][] = [
    ['ImageRepository', { image: 'localhost:5000/a/b' }, []],
    [
      'ImageRepository',
      { image: 'UPPER/case', scanFrom: 'mirror/a:1', exclusionList: ['ok', '*'] },
      [
        expect.stringMatching(/^spec\.image: .*UPPER\/case/),
        "spec.scanFrom: image 'mirror/a:1' should not include a tag; remove ':1'",
        'spec.exclusionList[1]: invalid regular expression: error parsing regexp: missing argument to repetition operator: `*`',
      ],
    ],
    ['ImagePolicy', {}, []],
    ['ImagePolicy', { filterTags: {} }, []],
    [
      'ImagePolicy',
      { filterTags: { pattern: 'a)' } },
      ['spec.filterTags.pattern: invalid regular expression: error parsing regexp: unexpected ): `a)`'],
    ],
    ['GitRepository', { url: 'ssh://git@github.com/a/b.git' }, []],
    [
      'GitRepository',
      { url: 'https://user:canary@a b/c' },
      ['spec.url: expected an address of the form https or http or ssh://host/path'],
    ],
    [
      'ImageUpdateAutomation',
      { policySelector: { matchExpressions: [{ key: 'a', operator: 'NotIn', values: ['b'] }] } },
      [],
    ],
    [
      'ImageUpdateAutomation',
      { policySelector: { matchExpressions: [{ key: 'a', operator: 'NotIn', values: [] }] } },
      ['spec.policySelector.matchExpressions[0].values: is required with NotIn'],
    ],
  ]
  it.each(cases)('%s %j', (kind, fields, want) => {
    expect(checkSpec(kind, example(kind, fields).spec as never).map(printProblem)).toEqual(want)
  })
})
