import { describe, expect, it } from 'vitest'
import { parseFile } from '#core/rewrite/parsed-file.ts'
import { findFields, isMeantFor, parseFieldTarget } from '#core/rewrite/strategies/fields.ts'

const text = `# licence
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  containers:
  - name: web
    image: w
  - name: "side"
    image: s
  - {name: twice, image: x}
  - {name: twice, image: y}
  - &anchor {name: base, image: b}
  - *anchor
  - {image: nameless}
  alias: *anchor
  empty:
  text: |
    block
  none: |
  list: [a, b]
  "x.y/z": odd
  dup: 1
  dup: 2
---
kind: List
items:
- kind: Deployment
  metadata: {name: web}
  spec: {containers: [{name: web, image: in-list}]}
---
kind: Service
spec: {containers: [{name: web, image: service}]}
---
broken: [
spec: x
`

type Select = { apiVersion?: string; kind?: string; name?: string }

function find(field: string, select?: Select): readonly string[] {
  const target = parseFieldTarget({ path: '**', field, policy: 'web', ...(select && { select }) }, 'apps')
  const { targets, misses } = findFields(parseFile(text), [target])
  return [...targets.map(({ token }) => token.text), ...misses.map(({ code }) => code)]
}

const web = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }

describe('findFields', () => {
  it.each([
    ['spec.containers[name=web].image', web, ['w']],
    ['spec.containers[name=side].image', web, ['s']],
    ['spec.containers[0].image', web, ['w']],
    ['spec.containers[1]["image"]', web, ['s']],
    ['spec["x.y/z"]', web, ['odd']],
    ['spec.list[1]', web, ['b']],
    ['spec.text', web, ['block\n']],
    ['spec.containers[name=base].image', web, ['b']],
    ['spec.containers[name=twice].image', web, ['target-ambiguous']],
    ['spec.dup', web, ['target-ambiguous']],
    ['spec.containers', web, ['target-ambiguous']],
    ['spec', web, ['target-ambiguous']],
    ['spec.alias', web, ['target-ambiguous']],
    ['spec.alias.image', web, ['target-ambiguous']],
    ['spec.containers[5].image', web, ['target-ambiguous']],
    ['spec.empty', web, ['empty-value']],
    ['spec.none', web, ['empty-value']],
    ['spec.nothing', web, ['target-not-found']],
    ['spec.containers[9]', web, ['target-not-found']],
    ['spec.containers[name=none].image', web, ['target-not-found']],
    ['spec.containers.image', web, ['target-not-found']],
    ['spec[0]', web, ['target-not-found']],
    ['spec.text.x', web, ['target-not-found']],
    ['spec[name=web]', web, ['target-not-found']],
  ])('%s of %j: %j', (field, select, expected) => expect(find(field, select)).toEqual(expected))

  it.each([
    [undefined, ['w', 'service', 'target-not-found']],
    [{}, ['w', 'in-list', 'service', 'target-not-found']],
    [{ kind: 'Deployment' }, ['w', 'in-list']],
    [{ name: 'web' }, ['w', 'in-list']],
    [{ apiVersion: 'apps/v1' }, ['w']],
    [{ kind: 'Deployment', name: 'other' }, []],
    [{ kind: 'Job' }, []],
  ])('selects %j', (select, expected) => expect(find('spec.containers[name=web].image', select)).toEqual(expected))

  it.each([
    ['---\n---\na: 1\n', 'a', ['1']],
    ['text\n---\na: 1\n', 'a', ['1', 'target-not-found']],
    ['# c\n', 'a', []],
    ['[]\n', 'a', ['target-not-found']],
  ])('%j, field %s: %j', (file, field, expected) => {
    const target = parseFieldTarget({ path: '*', field, policy: 'web' }, 'apps')
    const { targets, misses } = findFields(parseFile(file), [target])
    expect([...targets.map(({ token }) => token.text), ...misses.map(({ code }) => code)]).toEqual(expected)
  })

  it('says what is missing, and which target misses it', () => {
    const target = parseFieldTarget({ path: '*', field: 'a.b', policy: 'web:tag' }, 'apps')
    expect(findFields(parseFile('# c\n\na: {c: 1}\n'), [target]).misses).toEqual([
      {
        offset: 5,
        code: 'target-not-found',
        reason: 'field a.b: there is no key b',
        marker: { policy: 'apps:web', part: 'tag' },
      },
    ])
  })

  it.each([
    ['a.x', 'field a.x: there is no key x'],
    ['a[2]', 'field a[2]: there is no item 2'],
    ['a[n=x]', 'field a[n=x]: there is no item with n=x'],
    ['a[n=y]', 'field a[n=y]: there is more than one item with n=y'],
    ['b', 'field b: there is more than one key b'],
    ['a', 'field a: it is a list'],
    ['a[0]', 'field a[0]: it is a mapping'],
    ['c', 'field c: *l stands for a value elsewhere'],
    ['c.d', 'field c.d: *l stands for a value elsewhere'],
    ['e', 'field e: there is no value to replace'],
  ])('%s: %s', (field, reason) => {
    const target = parseFieldTarget({ path: '*', field, policy: 'web' }, 'apps')
    const file = parseFile('a: &l [{n: y}, {n: y}]\nb: 1\nb: 2\nc: *l\ne:\n')
    expect(findFields(file, [target]).misses.map((miss) => miss.reason)).toEqual([reason])
  })

  it('compares keys and values as the characters that they are', () => {
    const bytes = Buffer.from('- {name: größe, "ü": v}\n').toString('latin1')
    const target = parseFieldTarget({ path: '*', field: '[name=größe]["ü"]', policy: 'web' }, 'apps')
    expect(findFields(parseFile(bytes), [target]).targets).toMatchObject([{ token: { text: 'v' } }])
  })
})

describe('parseFieldTarget', () => {
  it.each([
    ['web', { policy: 'apps:web', part: 'full' }],
    ['web:tag', { policy: 'apps:web', part: 'tag' }],
    ['base:web', { policy: 'base:web', part: 'full' }],
    ['base:web:digest', { policy: 'base:web', part: 'digest' }],
    ['tag', { policy: 'apps:tag', part: 'full' }],
    ['base:tag:name', { policy: 'base:tag', part: 'name' }],
  ])('%s', (policy, marker) => {
    expect(parseFieldTarget({ path: 'a/*.yaml', field: 'x', policy }, 'apps')).toMatchObject({
      marker,
      glob: 'a/*.yaml',
    })
  })

  it.each(['', ':', 'a:', ':a', 'a:b:c', 'a:b:c:tag', 'a b', ':tag', 'a:b:'])('refuses "%s"', (policy) => {
    const parse = () => parseFieldTarget({ path: '*', field: 'x', policy }, 'apps')
    expect(parse).toThrow(expect.objectContaining({ code: 'REWRITE_POLICY_INVALID' }))
  })

  it('refuses a field that is no path', () => {
    expect(() => parseFieldTarget({ path: '*', field: 'a..b', policy: 'web' }, 'apps')).toThrow(
      expect.objectContaining({ code: 'REWRITE_FIELD_INVALID' }),
    )
  })
})

describe('isMeantFor', () => {
  it.each([
    ['a/b.yaml', true],
    ['a/b/c.yaml', false],
  ])('%s: %s', (path, expected) => {
    expect(isMeantFor(parseFieldTarget({ path: 'a/*.yaml', field: 'x', policy: 'web' }, 'apps'), path)).toBe(expected)
  })
})
