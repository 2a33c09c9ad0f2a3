import { describe, expect, it } from 'vitest'
import { fieldNames, ownPaths, printPath, type Path } from '#core/api/fields.ts'
import { imagePolicySpec } from '#core/api/image-policy.ts'
import { imageUpdateAutomationSpec } from '#core/api/image-update-automation.ts'

describe('printPath', () => {
  const cases: readonly [Path, string][] = [
    [[], ''],
    [['spec', 'update', 'targets', 0, 'path'], 'spec.update.targets[0].path'],
    [['metadata', 'annotations', 'tagboat.dev/spec', 'policy'], 'metadata.annotations["tagboat.dev/spec"].policy'],
    [['spec', 'a"b'], 'spec["a\\"b"]'],
    [['odd key'], '["odd key"]'],
  ]
  it.each(cases)('%j → %s', (path, want) => {
    expect(printPath(path)).toBe(want)
  })
})

describe('fieldNames', () => {
  const cases: readonly [Path, readonly string[]][] = [
    [['update'], ['strategy', 'path', 'paths', 'targets']],
    [
      ['update', 'targets', 3],
      ['path', 'select', 'field', 'policy'],
    ],
    [
      ['policySelector', 'matchExpressions', 0],
      ['key', 'operator', 'values'],
    ],
    [['policySelector', 'matchLabels'], []],
    [['policySelector', 'matchLabels', 'x'], []],
    [['interval'], []],
    [['interval', 'x', 'y'], []],
    [['constructor'], []],
    [['__proto__'], []],
  ]
  it.each(cases)('at %j', (path, want) => {
    expect(fieldNames(imageUpdateAutomationSpec, path)).toEqual(want)
  })
})

describe('ownPaths', () => {
  it('names what Flux does not have, topmost only', () => {
    expect(ownPaths(imagePolicySpec).map(printPath)).toEqual([
      'policy.numerical.onInvalid',
      'policy.calver',
      'policy.newest',
      'platforms',
      'allowDowngrade',
      'accessFrom',
    ])
    expect(ownPaths(imageUpdateAutomationSpec).map(printPath)).toEqual([
      'update.paths',
      'update.targets',
      'policyNamespaces',
    ])
  })
})
