import { describe, expect, it } from 'vitest'
import { parseWanted } from '#cli/cluster/kind-words.ts'

const all = ['ImageRepository', 'ImagePolicy', 'GitRepository', 'ImageUpdateAutomation']

describe('kinds', () => {
  it.each([
    ['ImageRepository', 'images image imagerepository imagerepositories imgrepo imagerepo timgrepo'],
    ['ImagePolicy', 'policies policy imagepolicy imagepolicies imgpol imagepol timgpol ImagePolicy IMGPOL'],
    ['ImageUpdateAutomation', 'updates update imageupdateautomation imageupdateautomations iua imgupd imgauto tiua'],
    ['GitRepository', 'sources source gitrepository gitrepositories gitrepo tgit'],
  ])('%s is named by %s', (kind, words) => {
    for (const word of words.split(' ')) {
      expect(parseWanted([word])).toEqual({ kinds: [{ kind, group: undefined }], names: [] })
    }
  })

  it.each([[[]], [['all']], [['ALL']]])('%j is every kind', (operands) => {
    expect(parseWanted(operands).kinds.map(({ kind }) => kind)).toEqual(all)
  })

  it.each([
    ['imagepolicy.tagboat.dev', 'tagboat.dev'],
    ['imagepolicies.image.toolkit.fluxcd.io', 'image.toolkit.fluxcd.io'],
    ['gitrepo.source.toolkit.fluxcd.io', 'source.toolkit.fluxcd.io'],
  ])('%s has its group', (word, group) => {
    expect(parseWanted([word]).kinds[0]?.group).toBe(group)
  })
})

describe('names', () => {
  it.each([
    [['policy/a'], ['a']],
    [
      ['policy/a', 'policy/b'],
      ['a', 'b'],
    ],
    [
      ['policies', 'a', 'b'],
      ['a', 'b'],
    ],
    [['imagepolicy.tagboat.dev/a'], ['a']],
  ])('of %j', (operands, names) => {
    expect(parseWanted(operands).names).toEqual(names)
  })
})

it.each([
  [['polices'], 'there is no kind "polices"; did you mean policies?'],
  [['pods'], 'there is no kind "pods"'],
  [['all', 'a'], '"all" takes no names, got "a"'],
  [['policy/a', 'b'], 'expected policy/NAME, got "b"'],
  [['policy/a/b'], 'expected policy/NAME, got "policy/a/b"'],
  [['policy/'], 'expected policy/NAME, got "policy/"'],
  [['imagepolicy.example.org/a'], 'no ImagePolicy is read of the group "example.org"'],
  [['ks'], 'ks: the synchronizer is not part of this release'],
])('%j is refused', (operands, message) => {
  expect(() => parseWanted(operands)).toThrow(message)
})
