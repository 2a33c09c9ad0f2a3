import { describe, expect, it } from 'vitest'
import type { Tag } from '#core/image/reference.ts'
import { makeAuthority } from '../fakes/certificate.ts'
import { openListener } from '../fakes/listener.ts'
import { openFakeRegistry, type FakeRegistry } from '../fakes/registry.ts'
import * as faults from '../fakes/registry/faults.ts'
import type { RegistryClient, RegistrySource } from '#flow/ports.ts'
import { openClient, pullSecret, sourceOf } from './registry-client.ts'

const signal = new AbortController().signal
const password = 'canary-7f3a'
const users = { 'canary-user': password }
const none = { status: 200, headers: {}, body: new Uint8Array() }

async function config(client: RegistryClient, source: RegistrySource): Promise<Uint8Array | undefined> {
  const image = await client.manifest(source, '1' as Tag, signal)
  return image?.kind === 'image' ? client.blob(source, image.config, signal) : undefined
}

describe('a redirect that may be followed', () => {
  const authority = makeAuthority()

  /** A registry that keeps its blobs elsewhere, over there a server that shows what it sees. */
  async function follow(answer: (blob: Uint8Array, registry: FakeRegistry) => faults.Fault) {
    await using registry = await openFakeRegistry({
      auth: { kind: 'bearer', users, anonymous: false },
      tls: { ...authority.issue(['127.0.0.1']), clients: authority.cert },
    })
    await registry.pushImage({ repository: 'team/app', tag: '1' })
    const [blob = none.body] = registry.state.content.get('team/app')?.blobs.values() ?? []
    await using store = await openListener((request) => answer(blob, registry)(none, request), {
      ...authority.issue(['127.0.0.1']),
      clients: authority.cert,
    })
    registry.fault('blob', faults.redirected(`${store.url}/blob?signature=1`), { to: 1 })
    await using client = openClient({ config: { trustedHosts: [store.host] } })
    const source = sourceOf(registry.host, 'team/app', {
      pullSecrets: [pullSecret('pull', { [registry.host]: { username: 'canary-user', password } })],
      ca: authority.cert,
      certificate: authority.issue(['client.example.com']),
    })
    const outcome = await config(client, source).catch((error: unknown) => error)
    return { outcome, blob, atRegistry: [...registry.seen], atStore: [...store.seen] }
  }

  it('takes along no credential, no certificate and no header but harmless ones', async () => {
    const { outcome, blob, atRegistry, atStore } = await follow((bytes) => faults.withBody(bytes))
    expect(Buffer.from(outcome as Uint8Array).equals(blob)).toBe(true)
    expect(atRegistry.map(({ certificate }) => certificate)).toContain('client.example.com')
    expect(atStore.map(({ target }) => target)).toEqual(['/blob?signature=1'])
    expect(atStore.map(({ certificate }) => certificate)).toEqual([undefined])
    const harmless = ['accept', 'accept-encoding', 'connection', 'host', 'user-agent']
    for (const name of Object.keys(atStore[0]?.headers ?? {})) expect(harmless).toContain(name)
  })

  it('takes the credential along no more where it leads back', async () => {
    const { outcome, atRegistry } = await follow((_bytes, registry) => {
      return (_reply, request) => faults.redirected(`${registry.url}/v2/team/app/blobs/back`)(none, request)
    })
    expect(outcome).toMatchObject({ code: 'REGISTRY_AUTH_FAILED' })
    const back = atRegistry.filter(({ path }) => path.endsWith('/back'))
    expect(back.length).toBeGreaterThan(0)
    expect(back.map(({ headers, certificate }) => [headers.authorization, certificate])).toEqual(
      back.map(() => [undefined, undefined]),
    )
  })

  it('logs in nowhere with a credential of ours, whatever is demanded there', async () => {
    const { outcome, atStore } = await follow(() => faults.status(401, { 'www-authenticate': 'Basic realm="store"' }))
    expect(outcome).toMatchObject({ code: 'REGISTRY_AUTH_FAILED' })
    expect(atStore.filter(({ headers }) => headers.authorization !== undefined)).toEqual([])
  })
})

describe('a token server elsewhere', () => {
  it('gets the credential once the user trusts it', async () => {
    await using elsewhere = await openFakeRegistry({ auth: { kind: 'bearer', users, anonymous: false } })
    const realm = `${elsewhere.url}/token`
    await using registry = await openFakeRegistry({ auth: { kind: 'bearer', realm } })
    await registry.pushImage({ repository: 'team/app', tag: '1' })
    await using client = openClient({ config: { trustedHosts: [elsewhere.host] } })
    const login = { username: 'canary-user', password }
    const pullSecrets = [pullSecret('pull', { [registry.host]: login })]
    // Its tokens are not known at the registry, which is not what this is about.
    await client.listTags(sourceOf(registry.host, 'team/app', { pullSecrets }), signal).catch(() => undefined)
    expect(elsewhere.seen[0]?.headers.authorization).toBe(`Basic ${btoa(`canary-user:${password}`)}`)
  })
})
