import { describe, expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import { parseImageName, type Tag } from '#core/image/reference.ts'
import type { Fact } from '#core/policy/selection.ts'
import type { RegistryClient, RegistrySource } from '#flow/ports.ts'
import { openEvidence } from '#io/evidence/open.ts'
import { repository } from './contents.ts'

const { signal } = new AbortController()
const now = Date.UTC(2026, 10, 24)
const source: RegistrySource = {
  image: parseImageName('r.io/a', 'image'),
  pullSecrets: [],
  insecure: false,
  provider: 'generic',
}
const want = (tag: string, ...facts: Fact[]) => ({ tag: tag as Tag, facts })

const unused = async () => Promise.reject(new Error('not asked for'))
const pushTimes = async () => new Map([['1' as Tag, 111]])
const tooLate = async () => Promise.reject(new AppError('REGISTRY_TIMEOUT', 'late'))

function evidenceOver(tags: readonly string[], overrides: Partial<RegistryClient> = {}) {
  const repo = repository()
  for (const tag of tags)
    repo.tag(tag, repo.image({ config: { created: new Date(now).toISOString(), os: 'linux', architecture: 'amd64' } }))
  const time = { at: 0 }
  const registry: RegistryClient = {
    listTags: unused,
    resolve: unused,
    referrers: unused,
    manifest: async (_source, reference) => repo.contents.manifest(reference),
    blob: async (_source, descriptor) => repo.contents.blob(descriptor),
    pushTimes: async () => undefined,
    ...overrides,
  }
  const evidence = openEvidence({ registry, clock: { now: () => now, monotonic: () => time.at } })
  const of = async (...wants: readonly ReturnType<typeof want>[]) =>
    Object.fromEntries(await evidence.of(source, wants, signal))
  return { of, asked: repo.asked, time }
}

describe('push times', () => {
  it('come from the list of the registry, and no manifest is asked for', async () => {
    const { of, asked } = evidenceOver(['1'], { pushTimes })
    expect(await of(want('1', 'pushed'))).toEqual({ 1: { pushedAt: 111 } })
    expect(asked).toEqual([])
  })

  it('that the list does not have are the times of creation', async () => {
    const { of } = evidenceOver(['1', '2'], { pushTimes })
    const found = await of(want('1', 'pushed', 'platforms'), want('2', 'pushed'))
    expect(found).toMatchObject({ 1: { pushedAt: 111, platforms: ['linux/amd64'] }, 2: { createdAt: now } })
    expect(found['2']).not.toHaveProperty('pushedAt')
    expect(found['1']).not.toHaveProperty('createdAt')
  })

  it('are not asked for where nobody wants them, and their failure is none', async () => {
    const { of } = evidenceOver(['1'], { pushTimes: tooLate })
    expect(await of(want('1', 'created'))).toMatchObject({ 1: { createdAt: now } })
    expect(await of(want('1', 'pushed'))).toMatchObject({ 1: { createdAt: now } })
  })
})

describe('failures', () => {
  it('of one tag are its own', async () => {
    const { of } = evidenceOver(['1'])
    expect(await of(want('1', 'created'), want('gone', 'created'))).toMatchObject({
      1: { createdAt: now },
      gone: { missing: 'REGISTRY_NOT_FOUND' },
    })
  })

  it.each(['REGISTRY_DIGEST_MISMATCH', 'REGISTRY_UNAVAILABLE', 'REGISTRY_MANIFEST_UNSUPPORTED'] as const)(
    '%s',
    async (code) => {
      const { of } = evidenceOver([], { manifest: async () => Promise.reject(new AppError(code, 'x')) })
      expect(await of(want('1', 'platforms'))).toEqual({ 1: { missing: code } })
    },
  )

  it.each([
    ['a stop', new AppError('CANCELLED', 'stopped')],
    ['a defect', new TypeError('defect')],
  ])('%s ends the whole', async (_name, error) => {
    const { of } = evidenceOver([], { manifest: async () => Promise.reject(error) })
    await expect(of(want('1', 'created'))).rejects.toBe(error)
    const times = evidenceOver([], { pushTimes: async () => Promise.reject(error) })
    await expect(times.of(want('1', 'pushed'))).rejects.toBe(error)
  })
})

describe('requests', () => {
  it('are not made again for what is known, within the hour', async () => {
    const { of, asked, time } = evidenceOver(['1', '2'])
    await of(want('1', 'created'))
    expect(await of(want('1', 'created'), want('2', 'created'))).toMatchObject({
      1: { createdAt: now },
      2: { createdAt: now },
    })
    expect(asked).toHaveLength(4)
    time.at = 3_600_000
    await of(want('1', 'created'))
    expect(asked).toHaveLength(6)
  })

  it('are made eight at a time', async () => {
    const load = { now: 0, most: 0 }
    const manifest = async () => {
      load.now += 1
      load.most = Math.max(load.most, load.now)
      await new Promise((resolve) => setImmediate(resolve))
      load.now -= 1
      return undefined
    }
    const { of } = evidenceOver([], { manifest })
    const found = await of(...Array.from({ length: 50 }, (_, at) => want(`t${at}`, 'created')))
    expect([Object.keys(found).length, load.most]).toEqual([50, 8])
  })

  it('are none for nothing', async () => {
    expect(await evidenceOver([]).of()).toEqual({})
  })
})
