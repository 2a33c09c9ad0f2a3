import { describe, expect, it } from 'vitest'
import { gitReference, gitRepositorySpec } from '#core/api/git-repository.ts'

const reference = { name: 'x' }
const full = {
  url: 'ssh://git@git.example.com/acme/config',
  interval: '1m',
  timeout: '20s',
  ref: { branch: 'main', tag: 'v1', semver: '>=1', name: 'refs/heads/main', commit: 'a' },
  secretRef: reference,
  provider: 'github',
  serviceAccountName: 'puller',
  verify: { mode: 'TagAndHEAD', secretRef: reference },
  accessFrom: { namespaceSelectors: [] },
  proxySecretRef: reference,
  suspend: false,
  ignore: '/*\n!/apps\n',
  sparseCheckout: ['apps'],
  recurseSubmodules: true,
  include: [{ repository: reference, fromPath: 'a', toPath: 'b' }],
  webhook: { type: 'gitlab', secretRef: reference },
}

describe('gitRepositorySpec', () => {
  it('takes every field as it is written', () => {
    expect(Object.keys(full)).toEqual(Object.keys(gitRepositorySpec.shape))
    expect(gitRepositorySpec.parse(full)).toEqual(full)
  })

  it('verifies the commit unless told otherwise', () => {
    expect(gitRepositorySpec.parse({ ...full, verify: { secretRef: reference } }).verify?.mode).toBe('HEAD')
  })

  it.each([
    [{ url: 'git@git.example.com:acme/config' }],
    [{ url: 'file:///srv/config' }],
    [{ timeout: '1h' }],
    [{ provider: 'gitlab' }],
    [{ verify: { mode: 'Head', secretRef: reference } }],
    [{ verify: {} }],
    [{ include: [{}] }],
    [{ ref: 'main' }],
  ])('refuses %j', (fields) => {
    expect(gitRepositorySpec.safeParse({ ...full, ...fields }).success).toBe(false)
  })
})

describe('gitReference', () => {
  it('may be empty, which is the branch master', () => {
    expect(gitReference().parse({})).toEqual({})
    expect(gitReference().safeParse({ brnch: 'main' }).success).toBe(false)
  })
})
