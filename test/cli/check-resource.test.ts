import { expect, it } from 'vitest'
import { imagePolicySpec } from '#core/api/image-policy.ts'
import { imageRepositorySpec } from '#core/api/image-repository.ts'
import { imageUpdateAutomationSpec } from '#core/api/image-update-automation.ts'
import type { AnyResource } from '#core/api/kinds.ts'
import { checkResource } from '#cli/check-resource.ts'

const metadata = { namespace: 'apps', name: 'x', generation: 1, annotations: {}, labels: {} }
const common = { group: 'tagboat.dev', apiVersion: 'tagboat.dev/v1', metadata, status: undefined }

const repository = (spec: object): AnyResource => {
  return {
    ...common,
    kind: 'ImageRepository',
    spec: imageRepositorySpec.parse({ image: 'a/b', interval: '1m', ...spec }),
  }
}
const policy = (spec: object): AnyResource => {
  return { ...common, kind: 'ImagePolicy', spec: imagePolicySpec.parse({ imageRepositoryRef: { name: 'x' }, ...spec }) }
}
const automation = (spec: object, messageTemplate = ''): AnyResource => {
  const git = { commit: { author: { email: 'a@example.com' }, messageTemplate } }
  return {
    ...common,
    kind: 'ImageUpdateAutomation',
    spec: imageUpdateAutomationSpec.parse({ interval: '1m', sourceRef: { name: 'x' }, git, ...spec }),
  }
}

it.each([
  [
    'an image with a scheme',
    repository({ image: 'https://a/b' }),
    ['spec', 'image'],
    `image 'https://a/b' should not include URL scheme; remove 'https://'`,
  ],
  [
    'an image with a tag',
    repository({ image: 'a/b:1' }),
    ['spec', 'image'],
    `image 'a/b:1' should not include a tag; remove ':1'`,
  ],
  [
    'a mirror with a tag',
    repository({ scanFrom: 'm/b:1' }),
    ['spec', 'scanFrom'],
    `image 'm/b:1' should not include a tag; remove ':1'`,
  ],
  [
    'a bad exclusion',
    repository({ exclusionList: ['a', '['] }),
    ['spec', 'exclusionList', 1],
    'failed to compile regex [: error parsing regexp: missing closing ]: `[`',
  ],
  [
    'a bad range',
    policy({ policy: { semver: { range: 'x1' } } }),
    ['spec', 'policy', 'semver', 'range'],
    'invalid policy: ',
  ],
  [
    'look-around',
    policy({ policy: { alphabetical: {} }, filterTags: { pattern: '(?!a)' } }),
    ['spec', 'filterTags', 'pattern'],
    'failed to filter tags: invalid regular expression pattern',
  ],
  [
    'a path out of the tree',
    automation({ update: { path: '../x' } }),
    ['spec', 'update', 'path'],
    '".." is not allowed in it: "../x"',
  ],
  [
    'a bad template',
    automation({}, '{{ now }}'),
    ['spec', 'git', 'commit', 'messageTemplate'],
    'unable to create commit message template from spec: template: commit message:1: function "now" not defined',
  ],
  [
    'a removed template field',
    automation({}, '{{ .Updated }}'),
    ['spec', 'git', 'commit', 'messageTemplate'],
    `template uses removed '.Updated' field. Please use '.Changed' instead.`,
  ],
])('finds %s', (_what, resource, path, message) => {
  expect(checkResource(resource)).toEqual([{ path, message: expect.stringContaining(message) as string }])
})

it('finds a bad target', () => {
  const [problem] = checkResource(automation({ update: { targets: [{ path: '**', field: 'a[', policy: 'p' }] } }))
  expect(problem?.path.slice(0, 4)).toEqual(['spec', 'update', 'targets', 0])
})

it.each([
  ['a repository', repository({})],
  ['a policy', policy({ policy: { semver: { range: '^1' } } })],
  ['an automation', automation({ update: { path: './apps' } }, '{{ range .Changed.Changes }}{{ .NewValue }}{{ end }}')],
])('has nothing against %s', (_what, resource) => {
  expect(checkResource(resource)).toEqual([])
})
