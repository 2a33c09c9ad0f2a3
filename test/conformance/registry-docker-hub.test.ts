import { describe, expect, it } from 'vitest'
import { makeAuthority } from '../fakes/certificate.ts'
import { openForwardProxy } from '../fakes/forward-proxy.ts'
import { openFakeRegistry } from '../fakes/registry.ts'
import * as faults from '../fakes/registry/faults.ts'
import { openClient, pullSecret, sourceOf } from './registry-client.ts'

const signal = new AbortController().signal
const hosts = ['registry-1.docker.io', 'auth.docker.io', 'hub.docker.com']
const day = 86_400_000
const newYear = Date.UTC(2026, 0, 1)

/** Docker Hub's three hosts in one process, reached as the real ones are: by name, by TLS, through a proxy. */
async function openDockerHub() {
  await using stack = new AsyncDisposableStack()
  const authority = makeAuthority()
  const registry = stack.use(
    await openFakeRegistry({
      tls: authority.issue(hosts),
      auth: {
        kind: 'bearer',
        users: { someone: 'secret' },
        realm: 'https://auth.docker.io/token',
        service: 'registry.docker.io',
        expiresIn: 300,
      },
    }),
  )
  const proxy = stack.use(
    await openForwardProxy(Object.fromEntries(hosts.map((host) => [`${host}:443`, registry.port]))),
  )
  for (const [position, tag] of ['3.18', '3.19', '3.20'].entries()) {
    await registry.pushImage({ repository: 'library/alpine', tag })
    registry.pushedAt.set(`library/alpine:${tag}`, newYear + position * day)
  }
  const client = stack.use(openClient())
  const pullSecrets = [
    pullSecret('pull', { 'https://index.docker.io/v1/': { username: 'someone', password: 'secret' } }),
  ]
  const source = sourceOf('', 'alpine', { ca: authority.cert, proxy: proxy.url, pullSecrets })
  const resources = stack.move()
  return { registry, proxy, client, source, [Symbol.asyncDispose]: async () => resources.disposeAsync() }
}

describe('Docker Hub', () => {
  it('is asked at its own hosts for the official image behind a short name', async () => {
    await using hub = await openDockerHub()
    expect((await hub.client.listTags(hub.source, signal)).tags).toEqual(['3.20', '3.19', '3.18'])
    const [token] = hub.registry.seen.filter(({ path }) => path === '/token')
    expect(token?.headers.host).toBe('auth.docker.io')
    expect(token?.query.get('service')).toBe('registry.docker.io')
    expect(token?.query.getAll('scope')).toEqual(['repository:library/alpine:pull'])
    expect(token?.headers.authorization).toBe(`Basic ${btoa('someone:secret')}`)
  })

  it('says when tags were pushed, to anybody', async () => {
    await using hub = await openDockerHub()
    expect(await hub.client.pushTimes(hub.source, signal)).toEqual(
      new Map([
        ['3.20', newYear + 2 * day],
        ['3.19', newYear + day],
        ['3.18', newYear],
      ]),
    )
    expect(hub.registry.seen.map(({ headers }) => [headers.host, headers.authorization])).toEqual([
      ['hub.docker.com', undefined],
    ])
  })

  it.each([
    ['refuses', faults.status(403)],
    ['does not know', faults.status(404)],
    ['is something else', faults.loginPage()],
    ['is not well', faults.status(500)],
  ])('whose API for times %s is no failure, and left alone for a while', async (_name, fault) => {
    await using hub = await openDockerHub()
    hub.registry.fault('docker-hub', fault)
    expect(await hub.client.pushTimes(hub.source, signal)).toBeUndefined()
    const asked = hub.registry.count('docker-hub')
    expect(await hub.client.pushTimes(hub.source, signal)).toBeUndefined()
    expect(hub.registry.count('docker-hub')).toBe(asked)
  })
})

describe('a proxy', () => {
  it('is where every connection goes', async () => {
    await using hub = await openDockerHub()
    await hub.client.listTags(hub.source, signal)
    expect(new Set(hub.proxy.tunnels.map(({ target }) => target))).toEqual(
      new Set(['registry-1.docker.io:443', 'auth.docker.io:443']),
    )
  })
})
