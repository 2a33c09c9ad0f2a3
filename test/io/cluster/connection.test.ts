import { describe, expect, it } from 'vitest'
import { isAppError } from '#core/error.ts'
import { Secret } from '#core/secret/secret.ts'
import { parseRemoteUrl } from '#core/secret/remote-url.ts'
import { systemClock } from '#io/clock.ts'
import type { Access, Credentials } from '#io/cluster/credentials.ts'
import { openCluster } from '#io/cluster/open.ts'
import type { Cluster } from '#io/cluster/cluster.ts'
import { configMaps, fakeKinds, keepingLog, until } from '../../conformance/cluster.scene.ts'
import { makeAuthority } from '../../fakes/certificate.ts'
import { openForwardProxy } from '../../fakes/forward-proxy.ts'
import { startFakeKubernetes, type FakeKubernetes } from '../../fakes/kubernetes.ts'

const signal = new AbortController().signal
const none = { namespace: 'apps', name: 'a' }

/** Credentials whose access the test changes; `asked` counts how often they were read. */
function changing(
  url: string,
  first: Access,
): Credentials & { access: () => Promise<Access>; now: Access; asked: number } {
  const credentials = {
    server: new URL(url),
    namespace: 'default',
    proxy: undefined,
    now: first,
    asked: 0,
    access: async (): Promise<Access> => {
      credentials.asked += 1
      return credentials.now
    },
  }
  return credentials
}

function bearer(token: string, tls: Access['tls'] = {}): Access {
  return { headers: {}, tls, authorization: new Secret(`Bearer ${token}`, { masked: false }) }
}

async function open(credentials: Credentials, clock = systemClock): Promise<Cluster> {
  return openCluster({ credentials, userAgent: 'tagboat/1.2.3', clock, log: keepingLog() })
}

function lastHeaders(fake: FakeKubernetes) {
  return fake.requests.at(-1)?.headers
}

describe('F19 credentials that change', () => {
  it('a token that was refused is read again once, for all who asked', async () => {
    await using fake = await startFakeKubernetes({ kinds: fakeKinds })
    const credentials = changing(fake.url, bearer('old'))
    await using cluster = await open(credentials)
    fake.admit(new Map([['old', 'a']]))
    await cluster.get(configMaps, none, signal)
    fake.admit(new Map([['new', 'a']]))
    credentials.now = bearer('new')
    await Promise.all(Array.from({ length: 20 }, () => cluster.get(configMaps, none, signal)))
    expect(credentials.asked).toBe(2)
  })

  it('a token that stays wrong is an error, after two tries', async () => {
    await using fake = await startFakeKubernetes({ kinds: fakeKinds })
    fake.admit(new Map())
    await using cluster = await open(changing(fake.url, bearer('wrong')))
    await expect(cluster.get(configMaps, none, signal)).rejects.toMatchObject({ code: 'CLUSTER_UNAUTHORIZED' })
    expect(fake.requests).toHaveLength(2)
  })

  it('a watch finds the new token too', async () => {
    await using fake = await startFakeKubernetes({ kinds: fakeKinds })
    fake.admit(new Map([['old', 'a']]))
    const credentials = changing(fake.url, bearer('old'))
    await using cluster = await open(credentials)
    const watching = cluster.watch(configMaps, {}, () => undefined)
    await watching.synced
    await until(() => fake.watches.open === 1)
    fake.admit(new Map([['new', 'a']]))
    credentials.now = bearer('new')
    fake.watches.cut()
    await until(() => lastHeaders(fake)?.authorization === 'Bearer new')
    await until(() => fake.watches.open === 1)
    expect(credentials.asked).toBe(2)
  })

  it('credentials are read again every minute, behind the back of who asks', async () => {
    await using fake = await startFakeKubernetes({ kinds: fakeKinds })
    const credentials = changing(fake.url, bearer('one'))
    const time = { now: 0 }
    await using cluster = await open(credentials, { ...systemClock, monotonic: () => time.now })
    await cluster.get(configMaps, none, signal)
    credentials.now = bearer('two')
    time.now = 59_000
    await cluster.get(configMaps, none, signal)
    expect(credentials.asked).toBe(1)
    time.now = 61_000
    await cluster.get(configMaps, none, signal)
    await until(() => credentials.asked === 2)
    await cluster.get(configMaps, none, signal)
    expect(lastHeaders(fake)?.authorization).toBe('Bearer two')
  })

  it('what cannot be read again is used as it was', async () => {
    await using fake = await startFakeKubernetes({ kinds: fakeKinds })
    const credentials = changing(fake.url, bearer('one'))
    const time = { now: 0 }
    await using cluster = await open(credentials, { ...systemClock, monotonic: () => time.now })
    await cluster.get(configMaps, none, signal)
    credentials.access = async () => {
      credentials.asked += 1
      throw new Error('the file is gone')
    }
    time.now = 61_000
    await cluster.get(configMaps, none, signal)
    await until(() => credentials.asked === 2)
    expect(await cluster.get(configMaps, none, signal)).toBeUndefined()
  })
})

describe('TLS', () => {
  const authority = makeAuthority()
  const server = authority.issue(['localhost', '127.0.0.1'])
  const client = authority.issue(['someone'])
  const own = { cert: client.cert, key: new Secret(client.key) }

  it('no handshake for each request, but one when the certificate changes', async () => {
    await using fake = await startFakeKubernetes({ kinds: fakeKinds, tls: { ...server, ca: authority.cert } })
    const credentials = changing(fake.url, bearer('t', { ca: authority.cert, ...own }))
    await using cluster = await open(credentials)
    for (let turn = 0; turn < 20; turn += 1) await cluster.get(configMaps, none, signal)
    const before = fake.connections()
    expect(before).toBeLessThanOrEqual(2) // the pool may take a second one while the first is not yet free
    const renewed = authority.issue(['someone'])
    credentials.now = bearer('t', { ca: authority.cert, cert: renewed.cert, key: new Secret(renewed.key) })
    fake.admit(new Map())
    await expect(cluster.get(configMaps, none, signal)).rejects.toMatchObject({ code: 'CLUSTER_UNAUTHORIZED' })
    expect(fake.connections()).toBe(before + 1)
  })

  it('at most 32 connections', async () => {
    await using fake = await startFakeKubernetes({ kinds: fakeKinds, tls: server })
    await using cluster = await open(changing(fake.url, bearer('t', { ca: authority.cert })))
    await Promise.all(Array.from({ length: 200 }, () => cluster.get(configMaps, none, signal)))
    expect(fake.connections()).toBeLessThanOrEqual(32)
  })

  it.each([
    ['an authority that is not trusted', { ca: makeAuthority().cert }, 'CLUSTER_TLS'],
    ['the system’s alone', {}, 'CLUSTER_TLS'],
    ['another name', { ca: authority.cert, servername: 'elsewhere' }, 'CLUSTER_TLS'],
    ['a name that is told', { ca: authority.cert, servername: 'localhost' }, undefined],
    ['none asked for', { insecure: true }, undefined],
  ])('%s', async (_what, tls, code) => {
    await using fake = await startFakeKubernetes({ kinds: fakeKinds, tls: server })
    await using cluster = await open(changing(fake.url, bearer('t', tls)), {
      ...systemClock,
      sleep: async () => undefined,
    })
    const [settled] = await Promise.allSettled([cluster.get(configMaps, none, signal)])
    const got = settled.status === 'rejected' && isAppError(settled.reason) ? settled.reason.code : undefined
    expect(got).toBe(code)
  })
})

it('says who it is, and goes through the proxy that is named', async () => {
  const authority = makeAuthority()
  await using fake = await startFakeKubernetes({ kinds: fakeKinds, tls: authority.issue(['k8s.example']) })
  await using proxy = await openForwardProxy({ 'k8s.example:443': fake.port })
  const access = bearer('t', { ca: authority.cert })
  const through = parseRemoteUrl(proxy.url.replace('//', '//jane:pass@'), 'proxy', ['http'])
  const credentials = { ...changing('https://k8s.example', access), proxy: through }
  await using cluster = await open(credentials)
  await cluster.get(configMaps, none, signal)
  expect(lastHeaders(fake)?.['user-agent']).toBe('tagboat/1.2.3')
  expect(proxy.tunnels[0]).toEqual({ target: 'k8s.example:443', authorization: `Basic ${btoa('jane:pass')}` })
})

it('a path in front of the API’s is kept, and headers of the credentials are sent', async () => {
  await using fake = await startFakeKubernetes({ kinds: fakeKinds })
  const access = { ...bearer('t'), headers: { 'Impersonate-User': 'jane' } }
  await using cluster = await open(changing(`${fake.url}/k8s/clusters/c-1/`, access))
  await cluster.read('/version', signal).catch(() => undefined)
  expect(fake.requests[0]?.path).toBe('/k8s/clusters/c-1/version')
  expect(fake.requests[0]?.headers['impersonate-user']).toBe('jane')
})

it('nobody listens', async () => {
  const fake = await startFakeKubernetes({ kinds: fakeKinds })
  await fake[Symbol.asyncDispose]()
  await using cluster = await open(changing(fake.url, bearer('t')), { ...systemClock, sleep: async () => undefined })
  await expect(cluster.get(configMaps, none, signal)).rejects.toMatchObject({ code: 'CLUSTER_UNAVAILABLE' })
})
