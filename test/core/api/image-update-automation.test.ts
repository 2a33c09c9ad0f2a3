import { describe, expect, it } from 'vitest'
import { imageUpdateAutomationSpec } from '#core/api/image-update-automation.ts'

const full = {
  sourceRef: { apiVersion: 'tagboat.dev/v1', kind: 'GitRepository', name: 'config', namespace: 'infra' },
  git: {
    checkout: { ref: { branch: 'main' } },
    commit: {
      author: { email: 'bot@example.com', name: 'bot' },
      signingKey: { secretRef: { name: 'key' }, type: 'ssh' },
      messageTemplate: '{{ .AutomationObject }}',
      messageTemplateValues: { ticket: 'X-1' },
    },
    push: { branch: 'updates', refspec: 'HEAD:refs/x', options: { 'ci.skip': '' } },
  },
  interval: '30m',
  policySelector: { matchLabels: { a: 'b' }, matchExpressions: [{ key: 'c', operator: 'In', values: ['d'] }] },
  update: {
    strategy: 'Setters',
    path: './apps',
    paths: ['./infra'],
    targets: [
      {
        path: 'apps/**',
        select: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        field: 'a.b',
        policy: 'web:tag',
      },
    ],
  },
  policyNamespaces: ['apps', 'infra'],
  suspend: true,
}

const typeOf = (signingKey: object) => {
  const spec = imageUpdateAutomationSpec.parse({ ...full, git: { commit: { author: { email: 'a' }, signingKey } } })
  return spec.git?.commit.signingKey?.type
}

describe('imageUpdateAutomationSpec', () => {
  it('takes every field as it is written', () => {
    expect(Object.keys(full)).toEqual(Object.keys(imageUpdateAutomationSpec.shape))
    expect(imageUpdateAutomationSpec.parse(full)).toEqual(full)
  })

  it('fills an update that is given in part', () => {
    const spec = imageUpdateAutomationSpec.parse({ ...full, update: { path: 'x' } })
    expect(spec.update).toEqual({ strategy: 'Setters', path: 'x', paths: [], targets: [] })
  })

  it('signs with gpg unless told otherwise, and takes an empty type', () => {
    expect(typeOf({ secretRef: { name: 'key' } })).toBe('gpg')
    expect(typeOf({ secretRef: { name: 'key' }, type: '' })).toBe('')
  })

  it.each([
    [{ sourceRef: { kind: 'Bucket', name: 'x' } }],
    [{ git: {} }],
    [{ git: { commit: { author: { name: 'bot' } } } }],
    [{ git: { ...full.git, checkout: {} } }],
    [{ update: { strategy: 'Other' } }],
    [{ update: { targets: [{ path: 'a', field: 'b' }] } }],
    [{ policySelector: { matchExpressions: [{ key: 'a', operator: 'Is' }] } }],
    [{ policyNamespaces: [''] }],
  ])('refuses %j', (fields) => {
    expect(imageUpdateAutomationSpec.safeParse({ ...full, ...fields }).success).toBe(false)
  })
})
