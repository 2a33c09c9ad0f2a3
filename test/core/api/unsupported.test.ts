import { describe, expect, it } from 'vitest'
import { fieldNames } from '#core/api/fields.ts'
import { specSchemas, type ResourceKind } from '#core/api/kinds.ts'
import { findLaterFields, laterFields, requireSupported } from '#core/api/unsupported.ts'
import { example } from './examples.ts'

const secretRef = { name: 'keys' }
const webhook = { type: 'generic-oidc', secretRef }

describe('findLaterFields', () => {
  const cases: readonly [ResourceKind, object, readonly string[]][] = [
    ['ImageRepository', {}, []],
    ['ImageRepository', { provider: 'generic', serviceAccountName: 'puller' }, []],
    [
      'ImageRepository',
      { provider: 'aws', webhook },
      [
        'stalls spec.provider: logins of cloud providers are not supported yet; use provider generic with secretRef, or your own docker credentials',
        'warns spec.webhook.type: webhooks of this type are not supported yet; new tags are found by polling every spec.interval',
      ],
    ],
    ['ImageRepository', { webhook: { type: 'github', secretRef } }, []],
    ['ImagePolicy', { platforms: ['linux/amd64'] }, []],
    ['ImageUpdateAutomation', { policyNamespaces: ['a'] }, []],
    ['GitRepository', { provider: 'github', secretRef, recurseSubmodules: false }, []],
    [
      'GitRepository',
      { webhook: { type: 'cdevents', secretRef } },
      [
        'warns spec.webhook.type: webhooks of this type are not supported yet; new commits are found by polling every spec.interval',
      ],
    ],
    ['GitRepository', { verify: { secretRef } }, ['warns spec.verify: signatures of commits are not verified yet']],
    [
      'GitRepository',
      { recurseSubmodules: true, include: [{ repository: { name: 'x' } }] },
      [
        'warns spec.recurseSubmodules: submodules are not supported yet; they are never entered',
        'warns spec.include: files of other repositories are not added yet',
      ],
    ],
  ]
  it.each(cases)('%s %j', (kind, fields, want) => {
    expect(findLaterFields(example(kind, fields)).map(({ effect, message }) => `${effect} ${message}`)).toEqual(want)
  })

  it('knows only fields that exist', () => {
    for (const [kind, fields] of Object.entries(laterFields)) {
      const schema = specSchemas[kind as ResourceKind]
      for (const { path } of fields) expect(fieldNames(schema, path.slice(0, -1))).toContain(path.at(-1))
    }
  })
})

describe('requireSupported', () => {
  it('lets objects through that work without the field', () => {
    expect(requireSupported(example('GitRepository', { verify: { secretRef } }))).toBeUndefined()
  })

  const refused: readonly [ResourceKind, object, string, string][] = [
    ['ImageRepository', { provider: 'gcp' }, 'FeatureNotSupported', 'spec.provider: logins of cloud providers'],
    [
      'ImageRepository',
      { provider: 'gcp', serviceAccountName: 'x' },
      'FeatureGateDisabled',
      'to use spec.serviceAccountName for provider authentication',
    ],
    ['GitRepository', { provider: 'azure' }, 'InvalidProviderConfiguration', 'spec.provider: logins'],
  ]
  it.each(refused)('refuses %s %j as %s', (kind, fields, reason, message) => {
    expect(() => requireSupported(example(kind, fields))).toThrow(
      expect.objectContaining({
        code: 'RESOURCE_NOT_SUPPORTED',
        retry: 'never',
        reason,
        message: expect.stringContaining(message),
      }),
    )
  })
})
