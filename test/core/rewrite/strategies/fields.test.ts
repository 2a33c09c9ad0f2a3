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
