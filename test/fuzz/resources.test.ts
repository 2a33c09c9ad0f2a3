import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { specAnnotation } from '#core/api/annotations.ts'
import { specSchemas, type ResourceKind } from '#core/api/kinds.ts'
import { parseResource } from '#core/api/parse.ts'
import { printProblem } from '#core/api/problem.ts'
import { isAppError } from '#core/error.ts'
import { collect } from '#io/files/collect.ts'
import { leastSpecs } from '../core/api/examples.ts'

const kinds = Object.keys(leastSpecs) as ResourceKind[]
const groups = ['tagboat.dev/v1', 'image.toolkit.fluxcd.io/v1', 'source.toolkit.fluxcd.io/v1', 'apps/v1']

function attempt(run: () => unknown): unknown {
  try {
    run()
    return undefined
  } catch (error) {
    return error
  }
}

/** Names that exist, names that bite, and any others. */
const key = fc.oneof(
  fc.constantFrom(...new Set(kinds.flatMap((kind) => Object.keys(leastSpecs[kind])))),
  fc.constantFrom('__proto__', 'constructor', 'toString', '', 'policy', 'update', 'targets', 'suspend', 'secretRef'),
  fc.string({ unit: 'binary' }),
)
const scalar = fc.oneof(
  fc.string(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('5m', '^1', 'a:b', '('),
)
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie('tree')), { maxLength: 4 }).map(Object.fromEntries),
  ),
}))
const object = fc.record({
  apiVersion: fc.constantFrom(...groups),
  kind: fc.constantFrom(...kinds, 'Kustomization'),
  metadata: fc.oneof(
    tree,
    fc.record({
      name: fc.constant('web'),
      annotations: fc.record({ [specAnnotation]: tree.map((one) => JSON.stringify(one)) }),
    }),
  ),
  spec: fc.oneof(
    tree,
    fc
      .tuple(fc.constantFrom(...kinds), key, tree)
      .map(([kind, name, value]) => ({ ...leastSpecs[kind], [name]: value })),
  ),
})

describe('parseResource', () => {
  it('turns any value into an answer, and every problem into one line', () => {
    fc.assert(
      fc.property(fc.oneof(object, tree), (value) => {
        const parsed = parseResource(value, { file: 'a.yaml', lineAt: () => 1 })
        if (parsed.is !== 'invalid') return
        expect(parsed.problems.length).toBeGreaterThan(0)
        for (const problem of parsed.problems) expect(printProblem(problem)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
      }),
      { numRuns: 2000 },
    )
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  it('accepts again what it has parsed', () => {
    fc.assert(
      fc.property(object, (value) => {
        const parsed = parseResource(value)
        if (parsed.is !== 'resource') return
        const { kind, spec } = parsed.resource
        expect(specSchemas[kind].parse(spec)).toEqual(spec)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('collect', () => {
  const line = fc.oneof(
    fc.constantFrom(
      'apiVersion: tagboat.dev/v1',
      'kind: ImagePolicy',
      'kind: List',
      'items:',
      '---',
      'metadata:',
      'spec: {',
    ),
    fc.constantFrom(
      '- kind: Secret',
      '  name: &a x',
      '  <<: *a',
      'data: {a: x}',
      '# c',
      '...',
      '%YAML 1.2',
      '\t- ]',
      '"',
    ),
    fc.string(),
  )

  it('throws nothing but an AppError, whatever a file holds', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const files = [{ path: 'a.yaml', text: lines.join('\n') }]
        const failure = attempt(() => collect(files, { fingerprint: (content) => content, check: () => [] }))
        expect(failure === undefined || isAppError(failure)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})
