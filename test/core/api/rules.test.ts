import { describe, expect, it } from 'vitest'
import type { ResourceKind } from '#core/api/kinds.ts'
import { brokenRules, rules } from '#core/api/rules.ts'
import { example } from './examples.ts'

const secretRef = { name: 'keys' }

describe('brokenRules', () => {
  const cases: readonly [ResourceKind, object, readonly string[]][] = [
    ['ImagePolicy', {}, []],
    ['ImagePolicy', { policy: {} }, ['spec.policy']],
    ['ImagePolicy', { policy: { alphabetical: {}, newest: {} } }, ['spec.policy']],
    ['ImagePolicy', { policy: { calver: { format: 'YYYY' } } }, []],
    ['ImagePolicy', { interval: '5m' }, ['spec.interval']],
    ['ImagePolicy', { interval: '5m', digestReflectionPolicy: 'IfNotPresent' }, ['spec.interval']],
    ['ImagePolicy', { interval: '5m', digestReflectionPolicy: 'Always' }, []],
    ['ImagePolicy', { digestReflectionPolicy: 'Always' }, ['spec.digestReflectionPolicy']],
    ['GitRepository', {}, []],
    ['GitRepository', { serviceAccountName: 'x' }, ['spec.serviceAccountName']],
    ['GitRepository', { serviceAccountName: 'x', provider: 'azure' }, []],
    ['GitRepository', { provider: 'github' }, ['spec.provider']],
    ['GitRepository', { provider: 'github', secretRef }, []],
    ['ImageRepository', {}, []],
    ['ImageUpdateAutomation', {}, []],
  ]
  it.each(cases)('%s %j: %j', (kind, fields, want) => {
    const { spec } = example(kind, fields)
    expect(brokenRules(kind, spec as never).map(({ path }) => path.join('.'))).toEqual(want)
  })

  it('has an expression for the API server and a message for each', () => {
    for (const rule of Object.values(rules).flat()) {
      expect(rule.cel).toMatch(/self\./)
      expect(rule.message).toMatch(/^[^.]+/)
    }
  })
})
