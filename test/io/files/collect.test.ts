import { describe, expect, it } from 'vitest'
import type { AnyResource } from '#core/api/kinds.ts'
import type { FieldProblem } from '#core/api/problem.ts'
import { collect } from '#io/files/collect.ts'

const none = (): readonly FieldProblem[] => []

function read(
  texts: Readonly<Record<string, string>>,
  check: (resource: AnyResource) => readonly FieldProblem[] = none,
) {
  const files = Object.entries(texts).map(([path, text]) => ({ path, text }))
  return collect(files, { fingerprint: (content) => content, check })
}

const object = (kind: string, name: string, spec: string, group = 'tagboat.dev') =>
  `apiVersion: ${group}/v1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`
const repository = (name: string) => object('ImageRepository', name, '{image: a, interval: 1m}')
const policy = (name: string, reference = name) =>
  object('ImagePolicy', name, `{imageRepositoryRef: {name: ${reference}}, policy: {alphabetical: {}}}`)

const refusePolicies = ({ kind }: AnyResource) =>
  kind === 'ImagePolicy' ? [{ path: ['spec', 'policy'], message: 'improper constraint: "x"' }] : []

describe('collect', () => {
  it('orders by kind, namespace and name, wherever objects stand', () => {
    const { resources } = read({
      'a.yaml': `${policy('b')}---\n${policy('a')}`,
      'b.yaml': `${repository('z')}---\n${object('GitRepository', 'g', '{url: "https://a/b", interval: 1m}')}`,
      'c.yaml': object('ImageUpdateAutomation', 'u', '{sourceRef: {name: g}, interval: 1m}'),
    })
    expect(resources.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'ImageRepository z',
      'ImagePolicy a',
      'ImagePolicy b',
      'GitRepository g',
      'ImageUpdateAutomation u',
    ])
    expect(resources.map(({ origin }) => `${origin?.file}:${origin?.line}`)).toEqual([
      'b.yaml:1',
      'a.yaml:6',
      'a.yaml:1',
      'b.yaml:6',
      'c.yaml:1',
    ])
  })

  it('tells the problems of all files at once', () => {
    const texts = {
      'a.yaml': `${repository('a')}---\n${object('ImagePolicy', 'p', '{}')}`,
      'b.yaml': `${repository('a')}x: 1\n`,
    }
    expect(() => read(texts)).toThrow(
      expect.objectContaining({
        code: 'RESOURCE_INVALID',
        message: [
          'a.yaml:9: ImagePolicy default/p: spec.imageRepositoryRef: is required',
          'a.yaml:9: ImagePolicy default/p: spec.policy: is required',
          'b.yaml:5: ImageRepository default/a: x: unknown field',
        ].join('\n'),
      }),
    )
  })

  it('refuses an object that is given twice and names both places', () => {
    expect(() => read({ 'a.yaml': `\n${repository('a')}`, 'b.yaml': repository('a') })).toThrow(
      'b.yaml:1: ImageRepository default/a: is given twice, first at a.yaml:2',
    )
  })

  it('takes one name in both groups, and in two namespaces', () => {
    const flux = object('ImageRepository', 'a', '{image: a, interval: 1m}', 'image.toolkit.fluxcd.io')
    const elsewhere = repository('a').replace('{name: a}', '{name: a, namespace: other}')
    expect(read({ 'a.yaml': [repository('a'), flux, elsewhere].join('---\n') }).resources).toHaveLength(3)
  })

  it('asks for the checks of later stages, with the line of their field', () => {
    const text =
      'apiVersion: tagboat.dev/v1\nkind: ImagePolicy\nmetadata: {name: p}\nspec:\n  imageRepositoryRef: {name: r}\n  policy: {semver: {range: x}}\n'
    expect(() => read({ 'a.yaml': text }, refusePolicies)).toThrow(
      'a.yaml:6: ImagePolicy default/p: spec.policy: improper constraint: "x"',
    )
  })

  it('notes what is passed over or doubtful', () => {
    const { notes } = read({
      'a.yaml': [
        object('Sync', 's', '{}'),
        'apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nsops: {}\n',
        object('GitRepository', 'g', '{url: "http://u:canary@a/b", interval: 1m, recurseSubmodules: true}'),
      ].join('---\n'),
    })
    expect(notes).toEqual([
      { level: 'info', message: 'a.yaml:1: Sync default/s: the synchronizer is not supported yet; passed over' },
      {
        level: 'info',
        message: 'a.yaml:6: Secret default/x: encrypted by SOPS, which is not supported yet; taken as missing',
      },
      {
        level: 'warn',
        message:
          'a.yaml:11: GitRepository default/g: spec.recurseSubmodules: submodules are not supported yet; they are never entered',
      },
      {
        level: 'warn',
        message: 'a.yaml:11: GitRepository default/g: spec.url: credentials are sent without encryption; use https',
      },
    ])
  })

  it('checks references only when it is asked to', () => {
    const collection = read({ 'a.yaml': `${policy('web', 'wbe')}---\n${repository('web')}` })
    expect(() => collection.checkReferences()).toThrow(
      expect.objectContaining({
        code: 'RESOURCE_REFERENCE_MISSING',
        message:
          'a.yaml:4: ImagePolicy default/web: spec.imageRepositoryRef.name: ImageRepository default/wbe does not exist; did you mean default/web?',
      }),
    )
    expect(read({ 'a.yaml': `${policy('web')}---\n${repository('web')}` }).checkReferences()).toBeUndefined()
  })
})
