import { expect, it } from 'vitest'
import { gitRepositorySpec } from '#core/api/git-repository.ts'
import { imageUpdateAutomationSpec } from '#core/api/image-update-automation.ts'
import { checkoutOf, pushTarget, type Checkout } from '#core/commit/target.ts'

const metadata = { namespace: 'apps', name: 'a', generation: 1, annotations: {}, labels: {} }
const commit = 'a'.repeat(40)

function automation(git: object | undefined) {
  const author = { email: 'a@example.com' }
  const spec = imageUpdateAutomationSpec.parse({
    interval: '1m',
    sourceRef: { name: 'config' },
    ...(git === undefined ? {} : { git: { commit: { author }, ...git } }),
  })
  return {
    group: 'tagboat.dev',
    apiVersion: 'tagboat.dev/v1',
    kind: 'ImageUpdateAutomation',
    metadata,
    spec,
    status: undefined,
  } as const
}

function repository(ref: object | undefined) {
  const spec = gitRepositorySpec.parse({
    url: 'https://git.example.com/x',
    interval: '1m',
    ...(ref === undefined ? {} : { ref }),
  })
  return {
    group: 'tagboat.dev',
    apiVersion: 'tagboat.dev/v1',
    kind: 'GitRepository',
    metadata,
    spec,
    status: undefined,
  } as const
}

it.each([
  ['nothing is given: Flux’s master', {}, undefined, { kind: 'branch', branch: 'master', assumed: true }],
  ['the ref of the GitRepository', {}, { branch: 'main' }, { kind: 'branch', branch: 'main', assumed: false }],
  [
    'its own ref before that',
    { checkout: { ref: { branch: 'dev' } } },
    { branch: 'main' },
    { kind: 'branch', branch: 'dev', assumed: false },
  ],
  [
    'a commit before all',
    {},
    { commit, name: 'refs/x', tag: 't', semver: '1.x', branch: 'b' },
    { kind: 'commit', commit, branch: 'b' },
  ],
  ['a name before a tag', {}, { name: 'refs/pull/1/head', tag: 't' }, { kind: 'name', ref: 'refs/pull/1/head' }],
  ['a name of a branch is that branch', {}, { name: 'refs/heads/x' }, { kind: 'branch', branch: 'x', assumed: false }],
  ['a tag before a range', {}, { tag: 'v1', semver: '1.x' }, { kind: 'tag', tag: 'v1' }],
  ['a range before a branch', {}, { semver: '1.x', branch: 'b' }, { kind: 'semver', range: '1.x' }],
])('checks out: %s', (_what, git, ref, expected) => {
  expect(checkoutOf(automation(git), repository(ref))).toEqual(expected)
})

it.each([
  [{ branch: 'a..b' }, 'GitRepository spec.ref: "refs/heads/a..b" is not a ref name'],
  [{ tag: 'v 1' }, 'GitRepository spec.ref: "refs/tags/v 1" is not a ref name'],
  [{ name: '-x' }, 'GitRepository spec.ref: "-x" is not a ref name'],
  [{ commit: 'abc' }, 'GitRepository spec.ref.commit: expected 40 or 64 hex digits, got "abc"'],
])('refuses to check out %j', (ref, message) => {
  expect(() => checkoutOf(automation({}), repository(ref))).toThrow(
    expect.objectContaining({ code: 'COMMIT_TARGET_INVALID', message }),
  )
})

const onMain = { kind: 'branch', branch: 'main', assumed: false } as const

it.each([
  ['the branch that is checked out', {}, onMain, { branch: 'refs/heads/main', separate: false, options: [] }],
  ['its own branch', { push: { branch: 'next' } }, onMain, { branch: 'refs/heads/next', separate: true, options: [] }],
  [
    'the same branch by name',
    { push: { branch: 'main' } },
    onMain,
    { branch: 'refs/heads/main', separate: false, options: [] },
  ],
  [
    'a full name',
    { push: { branch: 'refs/heads/next' } },
    onMain,
    { branch: 'refs/heads/next', separate: true, options: [] },
  ],
  [
    'a branch of its own after a tag',
    { push: { branch: 'next' } },
    { kind: 'tag', tag: 'v1' } as const,
    { branch: 'refs/heads/next', separate: true, options: [] },
  ],
  [
    'a refspec besides',
    { push: { refspec: 'HEAD:refs/for/main' } },
    onMain,
    { branch: 'refs/heads/main', separate: false, options: [], also: { ref: 'refs/for/main', force: false } },
  ],
  [
    'a forced refspec',
    { push: { refspec: '+main:refs/heads/x' } },
    onMain,
    { branch: 'refs/heads/main', separate: false, options: [], also: { ref: 'refs/heads/x', force: true } },
  ],
  [
    'a refspec equal to the branch once',
    { push: { refspec: 'refs/heads/main:refs/heads/main' } },
    onMain,
    { branch: 'refs/heads/main', separate: false, options: [] },
  ],
  [
    'options in order',
    { push: { options: { b: '', a: '1' } } },
    onMain,
    { branch: 'refs/heads/main', separate: false, options: ['a=1', 'b'] },
  ],
])('pushes to %s', (_what, git, checkout, expected) => {
  expect(pushTarget(automation(git), checkout)).toEqual(expected)
})

const refusedPushes: readonly (readonly [object, Checkout, string])[] = [
  [
    {},
    { kind: 'tag', tag: 'v1' },
    'push spec not provided, and cannot be inferred from .spec.git.checkout.ref or GitRepository .spec.ref',
  ],
  [{ push: { branch: '-x' } }, onMain, 'spec.git.push.branch: "-x" is not a branch name'],
  [{ push: { branch: 'a b' } }, onMain, 'spec.git.push.branch: "a b" is not a branch name'],
  ...[':refs/heads/x', 'HEAD:x', 'other:refs/heads/x', 'HEAD:refs/heads/*', 'HEAD', '+:refs/heads/x'].map((refspec) => {
    return [
      { push: { refspec } },
      onMain,
      `spec.git.push.refspec: expected [+]SRC:DST with SRC = HEAD or the push branch and DST a full ref such as refs/heads/x, got "${refspec}"`,
    ] as const
  }),
]

it.each(refusedPushes)('refuses to push: %j', (git, checkout, message) => {
  expect(() => pushTarget(automation(git), checkout)).toThrow(
    expect.objectContaining({ code: 'COMMIT_TARGET_INVALID', reason: 'InvalidSourceConfiguration', message }),
  )
})
