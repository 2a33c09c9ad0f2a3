import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Tag } from '#core/image/reference.ts'
import { redact } from '#core/secret/redact.ts'
import type { Log, RegistryClient, RegistrySource } from '#flow/ports.ts'
import { openLog } from '#io/log.ts'
import { openListener, type Seen } from '../fakes/listener.ts'
import { openFakeRegistry, type FakeRegistry } from '../fakes/registry.ts'
import type { FakeAuth } from '../fakes/registry/auth.ts'
import * as faults from '../fakes/registry/faults.ts'
import { openClient, pullSecret, sourceOf } from './registry-client.ts'

const signal = new AbortController().signal
const password = 'canary-7f3a/+=&"password'
const users = { 'canary-user': password }
const forms = [
  password,
  Buffer.from(password).toString('base64'),
  Buffer.from(`canary-user:${password}`).toString('base64'),
  encodeURIComponent(password),
  JSON.stringify(password).slice(1, -1),
]
/** What is left of it where a text is cut. */
const cut = password.slice(0, 11)

type Act = (client: RegistryClient, source: RegistrySource) => Promise<unknown>
const list: Act = async (client, source) => client.listTags(source, signal)
const config: Act = async (client, source) => {
  const image = await client.manifest(source, '1' as Tag, signal)
  return image?.kind === 'image' ? client.blob(source, image.config, signal) : undefined
}

interface Case {
  readonly name: string
  readonly auth?: (thief: string) => FakeAuth
  readonly arrange?: (registry: FakeRegistry, thief: string) => void
  readonly act?: Act
  /** The code it fails with; absent: it works all the same. */
  readonly code?: string
}

/** A registry with a login, and beside it somebody who listens for it. */
async function run({ auth, arrange, act = list }: Case) {
  await using thief = await openListener(() =>
    faults.status(200, {}, '{"tags":["stolen"],"token":"t"}')(none, noRequest),
  )
  await using registry = await openFakeRegistry({
    auth: auth?.(thief.url) ?? { kind: 'bearer', users, anonymous: false },
    lists: { pageSize: { max: 2, above: 'smaller' } },
  })
  for (const tag of ['1', '2', '3']) await registry.pushImage({ repository: 'team/app', tag })
  arrange?.(registry, thief.url)
  const logged: string[] = []
  await using client = openClient({ log: logInto(logged) })
  const login = { username: 'canary-user', password }
  const source = sourceOf(registry.host, 'team/app', { pullSecrets: [pullSecret('pull', { [registry.host]: login })] })
  const outcome = await act(client, source).then(
    (value) => ({ value, error: undefined }),
    (error: unknown) => ({ value: undefined, error }),
  )
  return { ...outcome, logged, stolen: [...thief.seen], seen: [...registry.seen] }
}

const none = { status: 200, headers: {}, body: new Uint8Array() }
const noRequest: Seen = {
  method: 'GET',
  target: '/',
  path: '/',
  query: new URLSearchParams(),
  headers: {},
  body: none.body,
}

const cases: readonly Case[] = [
  ...[301, 302, 303, 307, 308].map((code) => ({
    name: `a list that redirects to another port with ${code}`,
    arrange: (registry: FakeRegistry, thief: string) =>
      registry.fault('tags', faults.redirected(`${thief}/v2/x`, code), { from: 2 }),
    code: 'REGISTRY_REDIRECT_REFUSED',
  })),
  {
    name: 'a blob that redirects to another port',
    arrange: (registry, thief) => registry.fault('blob', faults.redirected(`${thief}/blob`)),
    act: config,
    code: 'REGISTRY_REDIRECT_REFUSED',
  },
  {
    name: 'a redirect with a login in it',
    arrange: (registry) => registry.fault('blob', faults.redirected(`http://a:b@${registry.host}/v2/`)),
    act: config,
    code: 'REGISTRY_REDIRECT_REFUSED',
  },
  ...[
    'http://registry.example.com/in-plain-text',
    'http://169.254.169.254/latest/meta-data',
    'https://169.254.169.254/',
    'https://0.0.0.0/',
    'file:///etc/passwd',
  ].map((target) => ({
    name: `a redirect to ${target}`,
    arrange: (registry: FakeRegistry) => registry.fault('tags', faults.redirected(target), { from: 2 }),
    code: 'REGISTRY_REDIRECT_REFUSED',
  })),
  {
    name: 'a token server on another port',
    auth: (thief) => ({ kind: 'bearer', users, anonymous: false, realm: `${thief}/token` }),
    code: 'REGISTRY_REALM_REFUSED',
  },
  ...['https://169.254.169.254/token', 'https://0.0.0.0/t', 'file:///token', 'https://tokens.example.com/t'].map(
    (realm) => ({
      name: `a token server at ${realm}`,
      auth: (): FakeAuth => ({ kind: 'bearer', users, anonymous: false, realm }),
      code: 'REGISTRY_REALM_REFUSED',
    }),
  ),
  {
    name: 'a token server that redirects to another port',
    arrange: (registry, thief) => registry.fault('token', faults.redirected(`${thief}/token`)),
    code: 'REGISTRY_REDIRECT_REFUSED',
  },
  {
    name: 'a next page on another port',
    arrange: (registry, thief) =>
      registry.fault(
        'tags',
        faults.withLink((target) => `<${thief}${target}>; rel="next"`),
      ),
  },
  {
    name: 'a warning that repeats what was sent, and is cut',
    arrange: (registry) => registry.fault('tags', warning, { from: 2 }),
  },
  {
    name: 'an error text that repeats what was sent',
    arrange: (registry) => registry.fault('tags', echo, { from: 2 }),
    code: 'REGISTRY_AUTH_FAILED',
  },
]

/** A registry that answers with everything it was sent. */
const echo: faults.Fault = (_reply, request) => {
  const text = JSON.stringify({ headers: request.headers, password, forms })
  const body = JSON.stringify({ errors: [{ code: 'DENIED', message: text }] })
  return { status: 403, headers: { 'content-type': 'application/json' }, body: new TextEncoder().encode(body) }
}

/** The password reaches beyond what is shown of the warning. */
const warning = faults.withHeaders({ warning: `299 - "${'x'.repeat(180)}${password}"` })

function logInto(lines: string[]): Log {
  const stream = { write: (text: string) => void lines.push(text) }
  return openLog({ level: 'debug', format: 'json', stream, color: false, redact, now: () => 0 })
}

describe('a credential stays with the registry it is for', () => {
  it.each(cases)('$name', async (one) => {
    const { value, error, logged, stolen, seen } = await run(one)
    expect(stolen).toEqual([])
    const expected = one.code === undefined ? { value: { tags: ['3', '2', '1'] } } : { error: { code: one.code } }
    expect({ value, error }).toMatchObject(expected)
    const text = inspect(error, { depth: 10, showHidden: true }) + logged.join('')
    const tokens = seen.flatMap(({ headers }) => /^Bearer (.*)/.exec(headers.authorization ?? '')?.[1] ?? [])
    for (const secret of [...forms, cut, ...tokens]) expect(text).not.toContain(secret)
  })

  it('and with the path it is for', async () => {
    await using registry = await openFakeRegistry({ auth: { kind: 'bearer' } })
    await registry.pushImage({ repository: 'team/application', tag: '1' })
    await using client = openClient()
    const login = { username: 'canary-user', password }
    const pullSecrets = [pullSecret('pull', { [`${registry.host}/team/app`]: login })]
    await client.listTags(sourceOf(registry.host, 'team/application', { pullSecrets }), signal)
    expect(registry.seen.filter(({ headers }) => headers.authorization?.startsWith('Basic'))).toEqual([])
  })

  it('and with the tenant it is for: neither tokens nor lists are shared', async () => {
    await using registry = await openFakeRegistry({
      auth: { kind: 'bearer', users: { a: '1', b: '1' }, anonymous: false },
    })
    await registry.pushImage({ repository: 'team/app', tag: '1' })
    await using client = openClient()
    const sources = ['a', 'b'].map((username) => {
      const pullSecrets = [pullSecret(username, { [registry.host]: { username, password: '1' } })]
      return sourceOf(registry.host, 'team/app', { pullSecrets })
    })
    for (const source of sources) await client.listTags(source, signal)
    expect(registry.count('token')).toBe(2)
    expect(registry.seen.filter(({ headers }) => headers['if-none-match'] !== undefined)).toEqual([])
    const stranger = client.listTags(sourceOf(registry.host, 'team/app'), signal)
    await expect(stranger).rejects.toMatchObject({ code: 'REGISTRY_AUTH_FAILED' })
  })
})

describe('hosts that are never asked', () => {
  it.each([
    '169.254.169.254',
    '[::ffff:169.254.169.254]',
    '[fe80::1]',
    '[fd00:ec2::254]',
    '100.100.100.200',
    '168.63.129.16',
    '0.0.0.0:5000',
    '[::]:5000',
    '224.0.0.1',
    'metadata.google.internal',
    'kubernetes.default.svc',
  ])('%s', async (host) => {
    await using client = openClient()
    const asked = client.listTags(sourceOf(host, 'a'), signal)
    await expect(asked).rejects.toMatchObject({ code: 'REGISTRY_HOST_REFUSED', retry: 'never' })
  })
})
