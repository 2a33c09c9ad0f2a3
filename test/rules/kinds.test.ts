import { expect, it } from 'vitest'
import { gateKinds } from '#core/gate/index.ts'
import { policyKinds } from '#core/policy/index.ts'
import { coverageOf } from './kinds.ts'
import { listFiles, readText } from './sources.ts'

const minimumCases = 5

it('counts examples and cases of every form', () => {
  const files = new Map([
    [
      'policies/a.yaml',
      'kind: ImageRepository\nspec: {}\n---\nkind: ImagePolicy\nmetadata: {name: a}\nspec: {policy: {semver: {range: 1.x}}}\n',
    ],
    ['policies/a.test.yaml', 'policy: ./a.yaml#ImagePolicy/a\ncases: [{}, {}]\n'],
    ['policies/b.test.yaml', 'policy: {policy: {semver: {range: 2.x}}, platforms: []}\ncases: [{}]\n'],
    ['policies/c.test.yaml', 'policy: {kind: ImagePolicy, spec: {policy: {calver: {format: YYYY}}}}\ncases: [{}]\n'],
    ['policies/d.test.yaml', 'policy: ./a.yaml#ImagePolicy/gone\ncases: [{}]\n'],
  ])
  const coverage = coverageOf(files)
  expect(coverage.get('semver')).toEqual({ examples: ['policies/a.yaml'], cases: 3 })
  expect(coverage.get('calver')).toEqual({ examples: [], cases: 1 })
  expect(coverage.get('platforms')).toEqual({ examples: [], cases: 1 })
  expect(coverage.get('numerical')).toBeUndefined()
})

const kinds = [...Object.keys(policyKinds), ...Object.keys(gateKinds)]
const found = coverageOf(new Map(listFiles('policies/**/*.yaml').map((path) => [path, readText(path)])))

it.each(kinds)('the kind %s has an example to copy: policies/<use>.yaml', (kind) => {
  expect(found.get(kind)?.examples ?? []).not.toEqual([])
})

it.each(kinds)('the kind %s has its cases: policies/<use>.test.yaml', (kind) => {
  expect(found.get(kind)?.cases ?? 0).toBeGreaterThanOrEqual(minimumCases)
})
