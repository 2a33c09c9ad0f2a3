import { describe, expect, it } from 'vitest'
import type { Digest } from '#core/image/digest.ts'
import { HostMemory } from '#io/registry/host-memory.ts'
import { findReferrers } from '#io/registry/referrers.ts'
import type { Reply } from '../../fakes/wire.ts'
import { callTo, configOf, json, reply, scripted, signal, testClock } from './harness.ts'

const hex = 'ab'.repeat(32)
const digest = `sha256:${hex}` as Digest
const descriptor = { mediaType: 'm', digest, size: 1, artifactType: 'application/x' }
const index = (count: number, link?: string) =>
  json(
    { manifests: Array.from({ length: count }, () => descriptor) },
    link === undefined ? {} : { link: `<?${link}>; rel="next"` },
  )

function finder(script: (target: string) => Reply) {
  const { exchange, asked } = scripted(({ target }) => script(target.replace('/v2/a/b/', '')))
  const memory = new HostMemory([], testClock())
  const find = async () =>
    findReferrers(callTo('r.io/a/b'), digest, { exchange, memory, limits: configOf().limits, signal })
  return { find, asked: () => asked.map((one) => one.replace('GET /v2/a/b/', '').replaceAll(hex, 'HEX')) }
}

describe('the referrers API', () => {
  it('is read page by page', async () => {
    const { find, asked } = finder((target) => (target.includes('?') ? index(1) : index(2, 'p=2')))
    expect(await find()).toEqual([descriptor, descriptor, descriptor])
    expect(asked()).toEqual(['referrers/sha256:HEX', 'referrers/sha256:HEX?p=2'])
  })

  it.each([
    ['too many pages', () => index(1, 'p=2')],
    ['too many descriptors', (target: string) => (target.includes('?') ? index(1) : index(1000, 'p=2'))],
  ])('with %s proves nothing', async (_name, script) => {
    await expect(finder(script).find()).rejects.toMatchObject({ code: 'REGISTRY_BUDGET_EXCEEDED' })
  })

  it('fails where it fails', async () => {
    await expect(finder(() => reply(500)).find()).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' })
    await expect(finder(() => reply(403)).find()).rejects.toMatchObject({ code: 'REGISTRY_AUTH_FAILED' })
  })
})

describe('the tag in its place', () => {
  it.each([
    ['400', reply(400)],
    ['404', reply(404)],
    ['405', reply(405)],
    ['406', reply(406)],
    ['no index', json({ name: 'something else' })],
    ['HTML', reply(200, {}, '<html>')],
  ])('is read where the API answers %s, and that is remembered', async (_name, refusal) => {
    const { find, asked } = finder((target) => (target.startsWith('referrers') ? refusal : index(1)))
    expect(await find()).toEqual([descriptor])
    await find()
    expect(asked()).toEqual(['referrers/sha256:HEX', 'manifests/sha256-HEX', 'manifests/sha256-HEX'])
  })

  it('that is absent means nothing refers', async () => {
    expect(await finder(() => reply(404)).find()).toEqual([])
  })
})
