import { expect, it } from 'vitest'
import { findPolicyProblems } from '#core/policy/check.ts'
import { by, filter } from './given.ts'

it.each([
  [by.semver('^1'), []],
  [
    by.semver('latest'),
    [
      {
        path: ['spec', 'policy', 'semver', 'range'],
        message: 'invalid policy: improper constraint: "latest"',
      },
    ],
  ],
  [
    { ...by.semver('^1'), platforms: ['linux/amd64', 'x'] },
    [{ path: ['spec', 'platforms', 1], message: 'expected os/arch or os/arch/variant, got "x"' }],
  ],
  [
    { ...by.semver('^1'), ...filter('(') },
    [
      {
        path: ['spec', 'filterTags', 'pattern'],
        message:
          "failed to filter tags: invalid regular expression pattern '(': error parsing regexp: missing closing ): `(`",
      },
    ],
  ],
])('case %#', (spec, problems) => {
  expect(findPolicyProblems(spec)).toEqual(problems)
})
