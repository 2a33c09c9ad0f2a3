import { describe, expect, it } from 'vitest'
import { imageRepositorySpec } from '#core/api/image-repository.ts'

const reference = { name: 'x' }
const full = {
  image: 'ghcr.io/acme/web',
  interval: '1h30m',
  timeout: '30s',
  secretRef: reference,
  proxySecretRef: reference,
  serviceAccountName: 'puller',
  certSecretRef: reference,
  suspend: true,
  accessFrom: { namespaceSelectors: [{ matchLabels: { team: 'web' } }, { matchLabels: {} }] },
  exclusionList: ['^x'],
  provider: 'gcp',
  insecure: true,
  scanFrom: 'mirror.example.com/acme/web',
  webhook: { type: 'github', secretRef: reference, events: ['package'], name: 'hook' },
}

describe('imageRepositorySpec', () => {
  it('takes every field as it is written', () => {
    expect(Object.keys(full)).toEqual(Object.keys(imageRepositorySpec.shape))
    expect(imageRepositorySpec.parse(full)).toEqual(full)
  })

  it('lets a selector without labels match everything', () => {
    const spec = imageRepositorySpec.parse({ ...full, accessFrom: { namespaceSelectors: [{}] } })
    expect(spec.accessFrom).toEqual({ namespaceSelectors: [{ matchLabels: {} }] })
  })

  it.each([
    [{ image: '' }],
    [{ interval: '90' }],
    [{ timeout: '1h' }],
    [{ provider: 'ecr' }],
    [{ serviceAccountName: 'x'.repeat(254) }],
    [{ accessFrom: {} }],
    [{ exclusionList: Array.from({ length: 26 }, () => 'x') }],
    [{ secretRef: { name: 'x', namespace: 'y' } }],
    [{ webhook: { type: 'github' } }],
  ])('refuses %j', (fields) => {
    expect(imageRepositorySpec.safeParse({ ...full, ...fields }).success).toBe(false)
  })
})
