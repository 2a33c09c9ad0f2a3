import { describe, expect, it } from 'vitest'
import { specSchemas, type ResourceKind } from '#core/api/kinds.ts'
import { leastSpecs } from './examples.ts'

describe('specSchemas', () => {
  it('stand in the order in which one kind feeds the next', () => {
    expect(Object.keys(specSchemas)).toEqual([
      'ImageRepository',
      'ImagePolicy',
      'GitRepository',
      'ImageUpdateAutomation',
    ])
  })

  const defaults: readonly [ResourceKind, object][] = [
    ['ImageRepository', { exclusionList: ['^.*\\.sig$'], provider: 'generic' }],
    ['ImagePolicy', { digestReflectionPolicy: 'Never', allowDowngrade: 'Never' }],
    ['GitRepository', { timeout: '60s', provider: 'generic' }],
    [
      'ImageUpdateAutomation',
      {
        sourceRef: { kind: 'GitRepository', name: 'config' },
        update: { strategy: 'Setters', path: '', paths: [], targets: [] },
      },
    ],
  ]
  it.each(defaults)('%s fills what is not said', (kind, want) => {
    expect(specSchemas[kind].parse(leastSpecs[kind])).toEqual({ ...leastSpecs[kind], ...want })
  })
})
