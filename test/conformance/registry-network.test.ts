import { describe, expect, it } from 'vitest'
import { makeAuthority } from '../fakes/certificate.ts'
import { openChaosProxy, type Chaos } from '../fakes/chaos-proxy.ts'
import { openFakeRegistry } from '../fakes/registry.ts'
import { openClient, sourceOf } from './registry-client.ts'

const signal = new AbortController().signal
const tags = Array.from({ length: 30 }, (_, position) => `1.${String(position).padStart(2, '0')}`)

describe('a network that fails', () => {
  it.each<readonly [string, Chaos, string]>([
    ['resets every connection', { toClient: { cut: { after: 60, how: 'reset' } } }, 'REGISTRY_UNAVAILABLE'],
    ['closes every connection', { toClient: { cut: { after: 60, how: 'end' } } }, 'REGISTRY_UNAVAILABLE'],
    [
      'closes one half of every connection',
      { toClient: { cut: { after: 300, how: 'half-close' } } },
      'REGISTRY_UNAVAILABLE',
    ],
    ['turns every answer into a 502', { status: 502 }, 'REGISTRY_UNAVAILABLE'],
    ['loses what is sent', { toServer: { blackHole: true } }, 'REGISTRY_TIMEOUT'],
    ['loses what comes back', { toClient: { blackHole: true } }, 'REGISTRY_TIMEOUT'],
  ])('%s', async (_name, chaos, code) => {
    await using registry = await openFakeRegistry()
    for (const tag of tags) await registry.pushImage({ repository: 'a', tag })
    await using proxy = await openChaosProxy(registry.port)
    await using client = openClient()
    const source = sourceOf(proxy.host, 'a')
    expect((await client.listTags(source, signal)).tags).toHaveLength(tags.length)
    proxy.set(chaos)
    registry.deleteTag('a', tags[0] ?? '') // so that the list is not the one that is known
    await expect(client.listTags(source, AbortSignal.timeout(1500))).rejects.toMatchObject({ code })
    proxy.set({ toClient: { latencyMs: 5, bytesPerSecond: 100_000 } })
    expect((await client.listTags(source, signal)).tags).toHaveLength(tags.length - 1)
  })

  it('is told from one that is not there', async () => {
    const gone = await openFakeRegistry()
    await gone[Symbol.asyncDispose]()
    await using client = openClient()
    await expect(client.listTags(sourceOf(gone.host, 'a'), signal)).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
    })
  })
})

describe('a certificate', () => {
  const authority = makeAuthority()
  it.each([
    ['of an authority that is not known', makeAuthority().issue(['127.0.0.1'])],
    ['that is over', authority.issue(['127.0.0.1'], -1)],
    ['of another name', authority.issue(['registry.example.com'])],
  ])('%s: refused, without another try in plain text', async (_name, tls) => {
    await using registry = await openFakeRegistry({ tls })
    await using client = openClient()
    const source = sourceOf(registry.host, 'a', { ca: authority.cert })
    await expect(client.listTags(source, signal)).rejects.toMatchObject({ code: 'REGISTRY_TLS_FAILED' })
    expect(registry.count()).toBe(0)
  })
})
