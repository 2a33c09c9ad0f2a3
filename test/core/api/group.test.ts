import { describe, expect, it } from 'vitest'
import { identify, printObject, referenceKeys, writtenKind } from '#core/api/group.ts'

describe('identify', () => {
  const cases: readonly [string, string, string][] = [
    ['tagboat.dev/v1', 'ImagePolicy', 'ImagePolicy'],
    ['tagboat.dev/v1', 'GitRepository', 'GitRepository'],
    ['tagboat.dev/v1', 'Sync', 'Sync'],
    ['image.toolkit.fluxcd.io/v1', 'ImageRepository', 'ImageRepository'],
    ['image.toolkit.fluxcd.io/v1beta2', 'ImageUpdateAutomation', 'ImageUpdateAutomation'],
    ['source.toolkit.fluxcd.io/v1', 'GitRepository', 'GitRepository'],
    ['kustomize.toolkit.fluxcd.io/v1', 'Kustomization', 'Sync'],

    ['v1', 'Secret', 'foreign'],
    ['v1', 'ImagePolicy', 'foreign'],
    ['', 'ImagePolicy', 'foreign'],
    ['apps/v1', 'Deployment', 'foreign'],
    ['config.openshift.io/v1', 'ImagePolicy', 'foreign'],
    ['fleet.cattle.io/v1', 'GitRepository', 'foreign'],
    ['kustomize.config.k8s.io/v1beta1', 'Kustomization', 'foreign'],
    ['source.toolkit.fluxcd.io/v1beta2', 'HelmRepository', 'foreign'],
    ['source.toolkit.fluxcd.io/v1', 'OCIRepository', 'foreign'],
    ['source.toolkit.fluxcd.io/v1', 'Bucket', 'foreign'],
    ['notification.toolkit.fluxcd.io/v1', 'Receiver', 'foreign'],
    ['helm.toolkit.fluxcd.io/v2', 'HelmRelease', 'foreign'],

    ['tagboat.dev/v2', 'ImagePolicy', 'apiVersion: tagboat.dev/v2 of ImagePolicy is not read; write tagboat.dev/v1'],
    ['tagboat.dev', 'ImagePolicy', 'apiVersion: tagboat.dev of ImagePolicy is not read; write tagboat.dev/v1'],
    [
      'tagboat.dev/v1/x',
      'ImagePolicy',
      'apiVersion: tagboat.dev/v1/x of ImagePolicy is not read; write tagboat.dev/v1',
    ],
    [
      'image.toolkit.fluxcd.io/v1beta1',
      'ImagePolicy',
      'apiVersion: image.toolkit.fluxcd.io/v1beta1 of ImagePolicy is not read; write image.toolkit.fluxcd.io/v1 or image.toolkit.fluxcd.io/v1beta2',
    ],
    [
      'source.toolkit.fluxcd.io/v1beta2',
      'GitRepository',
      'apiVersion: source.toolkit.fluxcd.io/v1beta2 of GitRepository is not read; write source.toolkit.fluxcd.io/v1',
    ],
    [
      'kustomize.toolkit.fluxcd.io/v1beta2',
      'Kustomization',
      'apiVersion: kustomize.toolkit.fluxcd.io/v1beta2 of Kustomization is not read; write kustomize.toolkit.fluxcd.io/v1',
    ],
    ['tagboat.dev/v1', 'ImagePolcy', 'kind: tagboat.dev has no kind ImagePolcy; did you mean ImagePolicy?'],
    ['tagboat.dev/v1', 'constructor', 'kind: tagboat.dev has no kind constructor'],
    ['tagboat.dev/v1', 'Foo', 'kind: tagboat.dev has no kind Foo'],
    [
      'image.toolkit.fluxcd.io/v1',
      'ImageRepositry',
      'kind: image.toolkit.fluxcd.io has no kind ImageRepositry; did you mean ImageRepository?',
    ],
    [
      'source.toolkit.fluxcd.io/v1',
      'GitRepositry',
      'kind: source.toolkit.fluxcd.io has no kind GitRepositry; did you mean GitRepository?',
    ],
    [
      'images.toolkit.fluxcd.io/v1',
      'ImagePolicy',
      'apiVersion: unknown group images.toolkit.fluxcd.io/v1; did you mean image.toolkit.fluxcd.io/v1?',
    ],
    ['tagbaot.dev/v1', 'Sync', 'apiVersion: unknown group tagbaot.dev/v1; did you mean tagboat.dev/v1?'],
  ]
  it.each(cases)('%s %s: %s', (apiVersion, kind, want) => {
    const found = identify(apiVersion, kind)
    const text =
      found.is === 'ours' ? found.kind : found.is === 'mistaken' ? `${found.field}: ${found.message}` : found.is
    expect(text).toBe(want)
  })
})

describe('names', () => {
  it('are those of the group', () => {
    const flux = { group: 'kustomize.toolkit.fluxcd.io', kind: 'Sync', namespace: 'a', name: 'b' } as const
    expect(writtenKind(flux)).toBe('Kustomization')
    expect(printObject(flux)).toBe('Kustomization a/b')
    expect(printObject({ ...flux, group: 'tagboat.dev' })).toBe('Sync a/b')
    expect(printObject({ ...flux, group: 'elsewhere' })).toBe('Sync a/b')
  })
})

const from = (group: string) => ({ group, metadata: { namespace: 'apps' } })

const keys = (group: string, to: Parameters<typeof referenceKeys>[1]) =>
  referenceKeys(from(group), to).map((key) => `${key.group}/${key.kind}/${key.namespace}/${key.name}`)

describe('referenceKeys', () => {
  const git = { kind: 'GitRepository', name: 'config' } as const
  const cases: readonly [string, Parameters<typeof referenceKeys>[1], readonly string[]][] = [
    [
      'tagboat.dev',
      git,
      ['tagboat.dev/GitRepository/apps/config', 'source.toolkit.fluxcd.io/GitRepository/apps/config'],
    ],
    [
      'image.toolkit.fluxcd.io',
      { ...git, namespace: 'flux-system', apiVersion: '' },
      ['source.toolkit.fluxcd.io/GitRepository/flux-system/config', 'tagboat.dev/GitRepository/flux-system/config'],
    ],
    [
      'image.toolkit.fluxcd.io',
      { ...git, apiVersion: 'tagboat.dev/v1', namespace: '' },
      ['tagboat.dev/GitRepository/apps/config'],
    ],
    ['tagboat.dev', { ...git, apiVersion: 'elsewhere/v1' }, []],
    [
      'image.toolkit.fluxcd.io',
      { kind: 'ImageRepository', name: 'web', namespace: undefined },
      ['image.toolkit.fluxcd.io/ImageRepository/apps/web', 'tagboat.dev/ImageRepository/apps/web'],
    ],
  ]
  it.each(cases)('from %s to %j', (group, to, want) => {
    expect(keys(group, to)).toEqual(want)
  })
})
