import { describe, expect, it } from 'vitest'
import { inlineSubject, referredSubject } from '#core/policy/test-subject.ts'

const policyOf = (name: string, spec: string, group = 'tagboat.dev/v1') =>
  `apiVersion: ${group}\nkind: ImagePolicy\nmetadata: {name: ${name}}\nspec: ${spec}\n`
const repository = (name: string, spec: string) =>
  `apiVersion: tagboat.dev/v1\nkind: ImageRepository\nmetadata: {name: ${name}}\nspec: ${spec}\n`

const semver = '{imageRepositoryRef: {name: web}, policy: {semver: {range: 1.x}}}'
const refused = (message: string | RegExp) => {
  const expected = typeof message === 'string' ? message : expect.stringMatching(message)
  return expect.objectContaining({ code: 'POLICY_TEST_INVALID', message: expected })
}

describe('referredSubject', () => {
  const file = [
    policyOf('other', semver.replace('1.x', '2.x')),
    repository('other', '{image: other, interval: 1m}'),
    policyOf('web', semver),
    repository('web', '{image: app, interval: 1m, exclusionList: [^x]}'),
  ].join('---\n')

  it('finds the policy by name, and the exclusion list of its ImageRepository', () => {
    expect(referredSubject(file, 'web.yaml', 'web')).toMatchObject({
      spec: { policy: { semver: { range: '1.x' } } },
      exclusionList: ['^x'],
      field: 'ImagePolicy default/web: spec',
    })
  })

  it('does without an ImageRepository', () => {
    expect(referredSubject(policyOf('web', semver), 'web.yaml', 'web').exclusionList).toEqual([])
  })

  it('reads the own fields of an object of Flux', () => {
    const annotated = `apiVersion: image.toolkit.fluxcd.io/v1\nkind: ImagePolicy\nmetadata:\n  name: web\n  annotations: {tagboat.dev/spec: '{"platforms": ["linux/amd64"]}'}\nspec: ${semver}\n`
    expect(referredSubject(annotated, 'web.yaml', 'web').spec.platforms).toEqual(['linux/amd64'])
  })

  it.each([
    ['another name', file, 'gone', 'web.yaml: holds no ImagePolicy gone'],
    [
      'a bad policy',
      policyOf('web', '{imageRepositoryRef: {name: web}, policy: {semver: {rang: 1.x}}}'),
      'web',
      'web.yaml:4: ImagePolicy default/web: spec.policy.semver.range: is required\nweb.yaml:4: ImagePolicy default/web: spec.policy.semver.rang: unknown field; did you mean range?',
    ],
    [
      'a bad repository',
      `${policyOf('web', semver)}---\n${repository('web', '{image: app}')}`,
      'web',
      'web.yaml:9: ImageRepository default/web: spec.interval: is required',
    ],
    ['no YAML', 'a: [', 'web', /^web\.yaml:1: /],
    [
      'a foreign object',
      `apiVersion: example.com/v1\nkind: ImagePolicy\nmetadata: {name: web}\n`,
      'web',
      'web.yaml:1: expected an ImagePolicy or its spec',
    ],
  ])('refuses %s', (_name, text, name, message) => {
    expect(() => referredSubject(text, 'web.yaml', name)).toThrow(refused(message))
  })
})

describe('inlineSubject', () => {
  const place = { file: 'web.test.yaml', lineAt: (path: readonly PropertyKey[]) => path.length }

  it('takes a spec without ImageRepository, its defaults filled in', () => {
    expect(inlineSubject({ policy: { numerical: {} } }, place)).toMatchObject({
      spec: { policy: { numerical: { order: 'asc', onInvalid: 'Fail' } } },
      exclusionList: [],
      field: 'policy',
    })
  })

  it('takes a whole ImagePolicy', () => {
    const value = {
      apiVersion: 'tagboat.dev/v1',
      kind: 'ImagePolicy',
      metadata: { name: 'web', namespace: 'apps' },
      spec: { imageRepositoryRef: { name: 'web' }, policy: { semver: { range: '1.x' } } },
    }
    expect(inlineSubject(value, place)).toMatchObject({ field: 'ImagePolicy apps/web: spec', exclusionList: [] })
  })

  it.each([
    [
      { policy: { semver: { range: '1.x' } }, platform: [] },
      'web.test.yaml:2: policy.platform: unknown field; did you mean platforms?',
    ],
    [{ policy: { semver: {} } }, 'web.test.yaml:4: policy.policy.semver.range: is required'],
    [
      { kind: 'ImagePolicy', apiVersion: 'tagboat.dev/v1', metadata: { name: 'x' } },
      'web.test.yaml:2: ImagePolicy default/x: spec: is required',
    ],
    [{ kind: 'Secret', apiVersion: 'v1' }, 'web.test.yaml:1: expected an ImagePolicy or its spec'],
  ])('refuses %j', (value, message) => {
    expect(() => inlineSubject(value, place)).toThrow(refused(message))
  })
})
