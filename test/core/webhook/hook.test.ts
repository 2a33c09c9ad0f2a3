import { describe, expect, it } from 'vitest'
import { concerns, hookOf, hookPath } from '#core/webhook/hook.ts'
import type { News } from '#core/webhook/sender.ts'
import { systemHashes } from '#io/hash.ts'
import { hookOwner, hookSecret, token } from './examples.ts'

const { sha256 } = systemHashes
const secret = hookSecret()

describe('hookPath', () => {
  it.each([
    ['ImageRepository', { type: 'github' }, `${token}webapps`],
    ['GitRepository', { type: 'github' }, `${token}webapps`],
    ['GitRepository', { type: 'github', name: 'old-receiver' }, `${token}old-receiverapps`],
  ] as const)('%s %j', (kind, webhook, hashed) => {
    expect(hookPath(hookOwner(kind, webhook), { secret, sha256 })).toBe(`/hook/${sha256(hashed)}`)
  })

  it('is the one that Flux gives a Receiver', () => {
    // printf %s "dh2jkfh2k3jh4k23h4k2webflux-system" | sha256sum
    const owner = hookOwner('GitRepository', { type: 'generic' }, { metadata: { namespace: 'flux-system' } })
    expect(hookPath(owner, { secret: hookSecret({ token: 'dh2jkfh2k3jh4k23h4k2' }), sha256 })).toBe(
      '/hook/58a729a8506e6664cb28c7dfb19cde193ba7aba61131e8dd35e437e1c107eb31',
    )
  })

  it.each([
    ['without a Secret', { type: 'github' }, undefined],
    ['with a weak token', { type: 'github' }, hookSecret({ token: 'short' })],
    ['of a sender that is not understood', { type: 'generic-oidc' }, secret],
  ] as const)('there is none %s', (_what, webhook, given) => {
    const owner = hookOwner('ImageRepository', webhook)
    expect(hookPath(owner, { secret: given, sha256 })).toBeUndefined()
    expect(hookOf(owner, { secret: given, sha256 })).toBeUndefined()
  })
})

describe('hookOf', () => {
  it('says who listens and for what', () => {
    const owner = hookOwner(
      'ImageRepository',
      { type: 'github', events: ['Package'] },
      { image: 'ghcr.io/acme/web', scanFrom: 'mirror.example.com/acme/web', suspend: true },
    )
    expect(hookOf(owner, { secret, sha256 })).toMatchObject({
      object: { group: 'tagboat.dev', kind: 'ImageRepository', namespace: 'apps', name: 'web' },
      sender: 'github',
      events: ['package'],
      suspended: true,
      follows: { images: [{ host: 'ghcr.io' }, { host: 'mirror.example.com' }] },
    })
  })

  it('follows what automations read and push to as well', () => {
    const owner = hookOwner('GitRepository', { type: 'github' }, { ref: { branch: 'main' } })
    expect(hookOf(owner, { secret, sha256, refs: [{ branch: 'bot' }] })).toMatchObject({
      suspended: false,
      follows: { refs: [{ branch: 'main' }, { branch: 'bot' }] },
    })
  })

  it('is none for an object whose image is no name', () => {
    const owner = hookOwner('ImageRepository', { type: 'github' }, { image: 'https://ghcr.io/acme/web' })
    expect(hookOf(owner, { secret, sha256 })).toBeUndefined()
  })
})

const tagged = (host: string | undefined, path: string): News => ({ is: 'images', images: [{ host, path, tags: [] }] })

describe('concerns', () => {
  const image = { image: 'ghcr.io/acme/web', scanFrom: 'mirror.example.com/acme/app' }
  const main = { ref: { branch: 'main' } }
  it.each([
    ['ImageRepository', image, tagged('ghcr.io', 'acme/web'), true],
    ['ImageRepository', image, tagged('mirror.example.com', 'acme/app'), true],
    ['ImageRepository', image, tagged(undefined, 'app'), true],
    ['ImageRepository', image, tagged('ghcr.io', 'acme/api'), false],
    ['ImageRepository', image, { is: 'unnamed' }, true],
    ['ImageRepository', image, { is: 'refs', refs: ['refs/heads/main'] }, false],
    ['ImageRepository', image, { is: 'nothing', reason: 'a ping' }, false],
    ['GitRepository', main, { is: 'refs', refs: ['refs/heads/next', 'refs/heads/main'] }, true],
    ['GitRepository', main, { is: 'refs', refs: ['refs/heads/next'] }, false],
    ['GitRepository', main, { is: 'unnamed' }, true],
    ['GitRepository', main, tagged('ghcr.io', 'acme/web'), false],
  ] as const)('%s %j: %j: %s', (kind, fields, news, want) => {
    const hook = hookOf(hookOwner(kind, { type: 'github' }, fields), { secret, sha256 })
    expect(hook && concerns(news, hook)).toBe(want)
  })
})
