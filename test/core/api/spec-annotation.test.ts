import { describe, expect, it } from 'vitest'
import { specSchemas } from '#core/api/kinds.ts'
import { printProblem } from '#core/api/problem.ts'
import { mergeSpecAnnotation } from '#core/api/spec-annotation.ts'
import { policy, problemsIn, read } from './read.ts'

const merge = (spec: object, annotation: string | undefined) =>
  mergeSpecAnnotation({ ...spec }, annotation, specSchemas.ImageUpdateAutomation)

describe('mergeSpecAnnotation', () => {
  it('leaves a spec without the annotation as it is', () => {
    const spec = { interval: '5m' }
    expect(merge(spec, undefined)).toEqual({ spec, merged: [], problems: [] })
  })

  it('takes each field of ours as a whole, into objects that may not be there', () => {
    const { spec, merged, problems } = merge(
      { update: { path: 'a' } },
      '{"update":{"paths":["b"]},"policyNamespaces":["x"]}',
    )
    expect(problems).toEqual([])
    expect(merged).toEqual([['update', 'paths'], ['policyNamespaces']])
    expect(spec).toEqual({ update: { path: 'a', paths: ['b'] }, policyNamespaces: ['x'] })
    expect(merge({}, '{"update":{"paths":["b"]}}').spec).toEqual({ update: { paths: ['b'] } })
  })

  it('does not change what it was given', () => {
    const given = { update: { path: 'a' } }
    merge(given, '{"update":{"paths":["b"]}}')
    expect(given).toEqual({ update: { path: 'a' } })
  })

  it('leaves what is in the way to the schema', () => {
    expect(merge({ update: 'x' }, '{"update":{"paths":["b"]}}').spec).toEqual({ update: 'x' })
  })

  const hostile = [
    '{"__proto__":{"polluted":1}}',
    '{"update":{"__proto__":{"polluted":1}}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
  ]
  it.each(hostile)('is not moved by %s', (annotation) => {
    const { spec, problems } = merge({ update: {} }, annotation)
    expect(problems.map(printProblem)).toEqual([expect.stringContaining('unknown field')])
    expect(spec).toEqual({ update: {} })
    expect('polluted' in {}).toBe(false)
  })
})

const annotated = (json: string, spec = '  policy: {}\n') =>
  policy(spec, `  annotations:\n    tagboat.dev/spec: '${json}'\n`)

describe('annotation tagboat.dev/spec', () => {
  const place = 'a.yaml:7: ImagePolicy apps/web: metadata.annotations["tagboat.dev/spec"]'

  it('brings fields of ours to an object of Flux', () => {
    const parsed = read(
      annotated(
        '{"policy":{"calver":{"format":"YYYY.MICRO"}},"platforms":["linux/amd64"],"allowDowngrade":"WhenTagRemoved"}',
      ),
    )
    expect(parsed.is === 'resource' && parsed.resource.spec).toEqual({
      imageRepositoryRef: { name: 'web' },
      policy: { calver: { format: 'YYYY.MICRO' } },
      platforms: ['linux/amd64'],
      allowDowngrade: 'WhenTagRemoved',
      digestReflectionPolicy: 'Never',
    })
  })

  it('sets a field within an object that Flux has', () => {
    const parsed = read(
      annotated('{"policy":{"numerical":{"onInvalid":"Skip"}}}', '  policy: {numerical: {order: desc}}\n'),
    )
    expect(parsed.is === 'resource' && parsed.resource.spec).toMatchObject({
      policy: { numerical: { order: 'desc', onInvalid: 'Skip' } },
    })
  })

  const semver = '  policy: {semver: {range: ^1}}\n'
  const bad: readonly [string, string, readonly string[]][] = [
    [
      'no JSON',
      annotated('{oops', semver),
      [`${place}: expected a JSON object: Expected property name or '}' in JSON at position 1 (line 1 column 2)`],
    ],
    ['no object', annotated('[1]', semver), [`${place}: expected a JSON object`]],
    [
      'unknown key',
      annotated('{"platfroms":[]}', semver),
      [`${place}.platfroms: unknown field; did you mean platforms?`],
    ],
    [
      'a key of Flux',
      annotated('{"suspend":true}', semver),
      [`${place}.suspend: is a field of Flux; write it into spec`],
    ],
    ['a mapping expected', annotated('{"policy":1}', semver), [`${place}.policy: expected a mapping`]],
    [
      'a bad value of ours',
      annotated('{"allowDowngrade":"Always"}', semver),
      [`${place}.allowDowngrade: expected one of Never, WhenTagRemoved, got "Always"`],
    ],
    [
      'a hostile key',
      annotated('{"__proto__":{"platforms":["x"]},"constructor":{"prototype":{}}}', semver),
      [`${place}.__proto__: unknown field`, `${place}.constructor: unknown field`],
    ],
    [
      'a second policy',
      annotated('{"policy":{"newest":{}}}', semver),
      [
        'a.yaml:10: ImagePolicy apps/web: spec.policy: expected exactly one of semver, alphabetical, numerical, calver, newest',
      ],
    ],
    [
      'a field of ours in the spec of Flux',
      policy('  policy: {calver: {format: YYYY}}\n'),
      [
        'a.yaml:8: ImagePolicy apps/web: spec.policy.calver: is a field of Tagboat; on an object of Flux write it into the annotation tagboat.dev/spec',
      ],
    ],
    [
      'the annotation on an object of ours',
      'apiVersion: tagboat.dev/v1\nkind: ImageRepository\nmetadata:\n  name: web\n  annotations: {tagboat.dev/spec: "{}"}\nspec: {image: a, interval: 1m}\n',
      [
        'a.yaml:5: ImageRepository default/web: metadata.annotations["tagboat.dev/spec"]: is for objects of Flux; here, write its fields into spec',
      ],
    ],
  ]
  it.each(bad)('refuses %s', (_, text, want) => {
    expect(problemsIn(text)).toEqual(want)
    expect(Object.hasOwn(Object.prototype, 'platforms')).toBe(false)
  })
})
