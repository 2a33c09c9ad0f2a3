import { expect, it } from 'vitest'
import { parseRemoteUrl } from '#core/secret/remote-url.ts'
import { Secret } from '#core/secret/secret.ts'
import { Agents, type Route } from '#io/http/agents.ts'
import { makeAuthority } from '../../fakes/certificate.ts'

const authority = makeAuthority()
const { cert, key } = authority.issue(['client'])
const plain: Route = {
  transport: { id: 'a' },
  rule: { loopback: true, private: true },
  offerCertificate: true,
  proxy: undefined,
}
const proxy = (text: string) => parseRemoteUrl(text, 'proxy', ['http', 'https', 'socks5'])

it.each([
  ['an equal route', { ...plain, transport: { id: 'a' } }, true],
  ['no certificate to show anyway', { ...plain, offerCertificate: false }, true],
  ['another transport', { ...plain, transport: { id: 'b' } }, false],
  ['a stricter rule', { ...plain, rule: { loopback: false, private: true } }, false],
  ['a certificate', { ...plain, transport: { id: 'a', client: { cert, key: new Secret(key) } } }, false],
  ['a proxy', { ...plain, proxy: proxy('http://p.example:3128') }, false],
])('%s shares the connections: %s', async (_name, route, isSame) => {
  const agents = new Agents(() => 0)
  expect(agents.of(route) === agents.of(plain)).toBe(isSame)
  await agents.destroy()
})

it.each(['http://u:p@p.example:3128', 'https://p.example', 'socks5://u:p@p.example:1080'])(
  'makes an agent for the proxy %s',
  async (text) => {
    const agents = new Agents(() => 0)
    expect(agents.of({ ...plain, proxy: proxy(text) })).toBe(agents.of({ ...plain, proxy: proxy(text) }))
    await agents.destroy()
  },
)

it('closes what nobody used for ten minutes', async () => {
  let now = 0
  const agents = new Agents(() => now)
  const first = agents.of(plain)
  now = 599_999
  expect(agents.of(plain)).toBe(first)
  now += 600_000
  expect(agents.of(plain)).not.toBe(first)
  await agents.destroy()
})
