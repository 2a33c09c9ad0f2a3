import { describe, expect, it } from 'vitest'
import { parseResource } from '#core/api/parse.ts'
import { badResources } from './bad-resources.ts'
import { policy, problemsIn, read } from './read.ts'

describe('parseResource', () => {
  it.each(badResources)('refuses %s', (_, text, want) => {
    expect(problemsIn(text)).toEqual(want)
  })

  const passed: readonly [string, string, string][] = [
    ['an object of another group', 'apiVersion: apps/v1\nkind: Deployment\n', 'foreign'],
    ['a Flux kind without a counterpart', 'apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\n', 'foreign'],
    ['a kustomization file', 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n', 'foreign'],
    ['values that are no object', 'image: {tag: 1}\n', 'foreign'],
    ['a list', '- kind: ImagePolicy\n', 'foreign'],
    ['an empty document', '', 'foreign'],
    ['a Kustomization of Flux', 'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {}\n', 'later'],
    ['a Sync', 'apiVersion: tagboat.dev/v1\nkind: Sync\nspec: {path: x}\n', 'later'],
  ]
  it.each(passed)('passes over %s', (_, text, want) => {
    expect(read(text).is).toBe(want)
  })

  it('fills defaults and leaves out nulls and status', () => {
    const text = `${policy('  policy: {numerical: {}}\n  filterTags: {pattern: "^v"}\n  suspend: null\n')}status: {latestRef: {}}\n`
    const parsed = read(text)
    expect(parsed).toEqual({
      is: 'resource',
      resource: {
        apiVersion: 'image.toolkit.fluxcd.io/v1',
        group: 'image.toolkit.fluxcd.io',
        kind: 'ImagePolicy',
        metadata: { name: 'web', namespace: 'apps', generation: 1, labels: {}, annotations: {} },
        spec: {
          imageRepositoryRef: { name: 'web' },
          policy: { numerical: { order: 'asc', onInvalid: 'Fail' } },
          filterTags: { pattern: '^v', extract: '' },
          digestReflectionPolicy: 'Never',
          allowDowngrade: 'Never',
        },
        status: undefined,
        origin: { file: 'a.yaml', line: 1 },
      },
    })
  })

  it('knows no place for a value that came from no file', () => {
    const parsed = parseResource({ apiVersion: 'tagboat.dev/v1', kind: 'ImagePolicy', metadata: { name: 'a' } })
    expect(parsed).toEqual({
      is: 'invalid',
      problems: [{ object: 'ImagePolicy default/a', path: ['spec'], message: 'is required' }],
    })
  })
})
