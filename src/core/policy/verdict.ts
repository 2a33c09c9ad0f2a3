/** Why a tag was or was not chosen: the closed list of verdict codes, each with its one sentence for docs/policies.md. */
export const verdicts = {
  selected: 'the tag that the policy elects',
  superseded: 'a candidate, but another one is higher in the order of the policy',
  excluded: 'an expression of the exclusion list of the ImageRepository matches it',
  'filtered-out': 'the pattern of filterTags does not match it',
  'not-a-version': 'the compared text is not a version of the kind of the policy',
  'not-a-number': 'the compared text is not a decimal number',
  'out-of-range': 'a version, but outside the range',
  'prerelease-not-admitted': 'a pre-release, and no term of the range has a pre-release part',
  'duplicate-extract': 'another tag with the same extracted text is preferred',
  downgrade: 'lower than the present choice, and nothing allows going down',
  'platform-missing': 'the image lacks a platform that the policy demands',
  'not-an-image': 'the manifest is an artefact and not a container image',
  'no-time': 'no time is known for it, so it cannot be the newest',
  'facts-missing': 'the registry did not answer what the policy has to know about it',
  'illegal-tag': 'not a tag by the OCI grammar',
} as const

export type VerdictCode = keyof typeof verdicts
