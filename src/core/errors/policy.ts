import type { ErrorRow } from './row.ts'

/** Errors of policies: what a person wrote into an ImagePolicy, an exclusion list or a policy test file. */
export const policyErrors = {
  POLICY_CHOICE_INVALID: {
    retry: 'never',
    reason: 'InvalidPolicy',
    meaning: 'spec.policy of an ImagePolicy names no kind of policy, or more than one',
    remedy: 'set exactly one of semver, numerical, alphabetical, calver and newest',
  },
  POLICY_RANGE_INVALID: {
    retry: 'never',
    reason: 'InvalidPolicy',
    meaning: 'the range of a semver policy is not a constraint',
    remedy: 'write a range such as ^1.2, ~1.2.0 or >=1.0.0 <2.0.0; docs/policies.md has the syntax',
  },
  POLICY_PATTERN_INVALID: {
    retry: 'never',
    reason: 'InvalidPolicy',
    meaning: 'spec.filterTags.pattern is not a regular expression of the RE2 syntax',
    remedy: 'correct the expression; look-around and back-references do not exist in RE2',
  },
  POLICY_CALVER_INVALID: {
    retry: 'never',
    reason: 'InvalidPolicy',
    meaning: 'the format of a calver policy holds no token, or one of them twice',
    remedy: 'write a format of YYYY YY 0Y MM 0M WW 0W DD 0D MAJOR MINOR MICRO and literal text, e.g. YYYY.0M.MICRO',
  },
  POLICY_PLATFORM_INVALID: {
    retry: 'never',
    reason: 'InvalidPolicy',
    meaning: 'an entry of spec.platforms of an ImagePolicy does not name a platform',
    remedy: 'write os/arch or os/arch/variant by the names of Go, e.g. linux/amd64 or linux/arm/v7',
  },
  POLICY_TEST_INVALID: {
    retry: 'never',
    reason: 'InvalidTest',
    meaning: 'a policy test file is not of the format that `tagboat test` reads',
    remedy: 'correct the line that the message names; docs/policies.md describes the format',
  },
} as const satisfies Record<string, ErrorRow>
