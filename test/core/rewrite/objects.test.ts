import { describe, expect, it } from 'vitest'
import { childOf, findObjects } from '#core/rewrite/objects.ts'
import { parseYaml } from '#core/yaml.ts'

function rootOf(text: string) {
  const root = parseYaml(text).documents[0]?.root
  if (root === undefined) throw new Error('no document')
  return root
}

const pod = { apiVersion: 'v1', kind: 'Pod', name: 'p', namespace: '' }

const cases: readonly (readonly [text: string, expected: readonly unknown[]])[] = [
  ['apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: n}\n', [{ ...pod, namespace: 'n' }]],
  ['kind: Pod\n', [{ apiVersion: '', kind: 'Pod', name: '', namespace: '' }]],
  ['metadata:\n  name: "p"\n', [{ apiVersion: '', kind: '', name: 'p', namespace: '' }]],
  ['a: b\n', []],
  ['- kind: Pod\n', []],
  ['text\n', []],
  ['metadata: p\nkind: [Pod]\n', []],
  [
    'kind: List\napiVersion: v1\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: p}}\n- text\n- {a: b}\n',
    [{ apiVersion: 'v1', kind: 'List', name: '', namespace: '' }, pod],
  ],
  [
    'kind: PodList\nitems: [{apiVersion: v1, kind: Pod, metadata: {name: p}}]\n',
    [{ apiVersion: '', kind: 'PodList', name: '', namespace: '' }, pod],
  ],
  ['kind: Pod\nitems: [{kind: Pod}]\n', [{ apiVersion: '', kind: 'Pod', name: '', namespace: '' }]],
  ['kind: List\nitems: {kind: Pod}\n', [{ apiVersion: '', kind: 'List', name: '', namespace: '' }]],
  ['kind: Pod\nkind: Job\n', [{ apiVersion: '', kind: 'Job', name: '', namespace: '' }]],
]

describe('findObjects', () => {
  it.each(cases)('%j', (text, expected) => expect([...findObjects(rootOf(text)).values()]).toEqual(expected))

  it('decodes names', () => {
    const bytes = Buffer.from('metadata: {name: größe}').toString('latin1')
    expect([...findObjects(rootOf(bytes)).values()]).toMatchObject([{ name: 'größe' }])
  })
})

describe('childOf', () => {
  it('finds a key however it is quoted, and nothing else', () => {
    const root = rootOf('? [a]\n: 1\n"b": 2\n')
    if (root.kind !== 'map') throw new Error('no mapping')
    expect(childOf(root, 'b')).toMatchObject({ text: '2' })
    expect(childOf(root, 'a')).toBeUndefined()
  })
})
