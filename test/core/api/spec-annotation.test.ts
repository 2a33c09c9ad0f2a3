import { describe, expect, it } from 'vitest'
import { specSchemas } from '#core/api/kinds.ts'
import { printProblem } from '#core/api/problem.ts'
import { mergeSpecAnnotation } from '#core/api/spec-annotation.ts'

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
