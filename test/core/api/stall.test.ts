import { expect, it } from 'vitest'
import { parseLive } from '#core/api/live.ts'
import { stallOf } from '#core/api/stall.ts'

const specs = {
  ImageRepository: { image: 'ghcr.io/acme/web', interval: '5m' },
  ImagePolicy: { imageRepositoryRef: { name: 'web' }, policy: { semver: { range: '^1' } } },
  ImageUpdateAutomation: { interval: '5m', sourceRef: { name: 'config' } },
  GitRepository: { url: 'https://git.example/a', interval: '5m' },
}

it.each([
  [
    'ImageRepository',
    { image: 'https://ghcr.io/a' },
    'ImageURLInvalid',
    "image 'https://ghcr.io/a' should not include URL scheme; remove 'https://'",
  ],
  [
    'ImageRepository',
    { image: 'alpine:3' },
    'ImageURLInvalid',
    "image 'alpine:3' should not include a tag; remove ':3'",
  ],
  [
    'ImageRepository',
    { exclusionList: ['a', '['] },
    'ExclusionListInvalid',
    'failed to compile regex [: error parsing regexp: missing closing ]: `[`',
  ],
  [
    'ImageRepository',
    { interval: 'x' },
    'InvalidSpec',
    'spec.interval: expected a duration such as 30s, 5m or 1h30m, got "x"',
  ],
  [
    'ImageRepository',
    { interval: 'x', image: 'a:1' },
    'InvalidSpec',
    'spec.interval: expected a duration such as 30s, 5m or 1h30m, got "x"',
  ],
  [
    'ImagePolicy',
    { policy: {} },
    'InvalidPolicy',
    'invalid policy: spec.policy: expected exactly one of semver, alphabetical, numerical, calver, newest',
  ],
  [
    'ImagePolicy',
    { digestReflectionPolicy: 'Always' },
    'IntervalNotConfigured',
    "spec.interval must be set when spec.digestReflectionPolicy is set to 'Always'",
  ],
  [
    'ImagePolicy',
    { interval: '5m' },
    'IntervalNotConfigured',
    "spec.interval is only accepted when spec.digestReflectionPolicy is set to 'Always'",
  ],
  [
    'ImageUpdateAutomation',
    { policySelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } },
    'InvalidPolicySelector',
    'spec.policySelector.matchExpressions[0].values: is required with In',
  ],
  [
    'ImageUpdateAutomation',
    { update: { strategy: 'Guess' } },
    'InvalidUpdateStrategy',
    'spec.update.strategy: expected Setters, got "Guess"',
  ],
  ['GitRepository', { url: 'what' }, 'InvalidSpec', 'spec.url: expected an https, http or ssh URL, got "what"'],
] as const)('%s with %j: %s', (kind, spec, reason, message) => {
  const value = {
    apiVersion: 'tagboat.dev/v1',
    kind,
    metadata: { name: 'web', namespace: 'apps' },
    spec: { ...specs[kind], ...spec },
  }
  const parsed = parseLive(value)
  expect(parsed.is === 'broken' ? { reason: parsed.broken.reason, message: parsed.broken.message } : parsed.is).toEqual(
    { reason, message },
  )
})

it('several problems are listed, under the reason of the first', () => {
  const problems = [
    { path: ['spec', 'image'], message: 'is required' },
    { path: ['spec', 'interval'], message: 'is required' },
  ]
  expect(stallOf('ImageRepository', problems, {})).toEqual({
    reason: 'ImageURLInvalid',
    message: 'spec.image: is required; spec.interval: is required',
  })
})

it('no problem has nothing to say', () => {
  expect(stallOf('ImageRepository', [], {})).toEqual({ reason: 'InvalidSpec', message: '' })
})
