import { describe, expect, it } from 'vitest'
import { printPath } from '#core/api/fields.ts'
import { keyOf } from '#core/api/object-ref.ts'
import { printObject } from '#core/api/group.ts'
import { findMissingReferences } from '#core/api/references.ts'
import { example } from './examples.ts'

const repository = example('ImageRepository', {}, { name: 'web' })
const policy = (reference: object) => example('ImagePolicy', { imageRepositoryRef: reference })
const git = example('GitRepository', {}, { namespace: 'flux-system', name: 'config' })
const automation = (reference: object) => example('ImageUpdateAutomation', { sourceRef: reference })

describe('findMissingReferences', () => {
  const cases: readonly [string, Parameters<typeof findMissingReferences>[0], readonly string[]][] = [
    ['nothing', [], []],
    ['a policy and its repository', [policy({ name: 'web' }), repository], []],
    [
      'the repository in the other group',
      [{ ...policy({ name: 'web' }), group: 'image.toolkit.fluxcd.io' }, repository],
      [],
    ],
    [
      'a policy without its repository',
      [policy({ name: 'wbe' }), repository],
      [
        'ImagePolicy apps/web spec.imageRepositoryRef.name: ImageRepository apps/wbe does not exist; did you mean apps/web?',
      ],
    ],
    [
      'a repository in another namespace',
      [policy({ name: 'web', namespace: 'infra' })],
      ['ImagePolicy apps/web spec.imageRepositoryRef.name: ImageRepository infra/web does not exist'],
    ],
    ['an automation and its source', [automation({ name: 'config', namespace: 'flux-system' }), git], []],
    [
      'an automation that forgot the namespace',
      [automation({ name: 'config' }), git],
      ['ImageUpdateAutomation apps/web spec.sourceRef.name: GitRepository apps/config does not exist'],
    ],
    [
      'a group that has no such kind',
      [automation({ name: 'config', apiVersion: 'other.dev/v1' })],
      ['ImageUpdateAutomation apps/web spec.sourceRef.apiVersion: no GitRepository is read from other.dev/v1'],
    ],
    [
      'a group in which it is not',
      [automation({ name: 'config', namespace: 'flux-system', apiVersion: 'source.toolkit.fluxcd.io/v1' }), git],
      [
        'ImageUpdateAutomation apps/web spec.sourceRef.name: GitRepository flux-system/config does not exist; did you mean flux-system/config?',
      ],
    ],
  ]
  it.each(cases)('%s', (_, resources, want) => {
    const missing = findMissingReferences(resources)
    expect(
      missing.map(({ from, path, message }) => `${printObject(keyOf(from))} ${printPath(path)}: ${message}`),
    ).toEqual(want)
  })
})
