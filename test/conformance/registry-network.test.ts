import { describe, expect, it } from 'vitest'
import { makeAuthority } from '../fakes/certificate.ts'
import { openChaosProxy, type Chaos } from '../fakes/chaos-proxy.ts'
import { openFakeRegistry } from '../fakes/registry.ts'
import * as faults from '../fakes/registry/faults.ts'
import { testClock } from '../io/registry/harness.ts'
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

describe('an answer that stops in the middle', () => {
  it.each([
    ['when its time is over', () => AbortSignal.timeout(300), 'REGISTRY_TIMEOUT'],
    ['when somebody stops it', stopSoon, 'CANCELLED'],
  ])('ends %s, and holds nobody else up', async (_name, stopping, code) => {
    await using registry = await openFakeRegistry()
    await registry.pushImage({ repository: 'a', tag: '1' })
    registry.fault('tags', faults.stalled(5), { to: 20 })
    const clock = testClock()
    await using client = openClient({ clock })
    const source = sourceOf(registry.host, 'a')
    const stop = stopping()
    // More than there are connections to a host.
    const asked = await Promise.allSettled(Array.from({ length: 20 }, async () => client.listTags(source, stop)))
    const codes = asked.map((one) => (one.status === 'rejected' ? (one.reason as { code: string }).code : 'none'))
    expect(new Set(codes)).toEqual(new Set([code]))
    registry.heal()
    clock.pass(60_000) // a host that lets five in a row wait is left alone for a while
    expect((await client.listTags(source, signal)).tags).toEqual(['1'])
  })
})

function stopSoon(): AbortSignal {
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 100)
  return controller.signal
}

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
