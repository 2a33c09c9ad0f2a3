import { describe, expect, it } from 'vitest'
import { isAmong, isPlainByDefault, isTrusted, ruleOfDerived, ruleOfRegistry } from '#io/registry/trust.ts'

const config = { allowLoopback: true, allowPrivate: true, trustedHosts: [] as readonly string[] }
const open = { loopback: true, private: true }
const related = { loopback: false, private: true }
const stranger = { loopback: false, private: false }
const own = (origin: string, allowsPlain = false) => ({
  host: new URL(origin).host,
  origin: new URL(origin),
  allowsPlain,
})

describe('the registry itself', () => {
  it.each([
    [config, open],
    [
      { ...config, allowLoopback: false },
      { loopback: false, private: true },
    ],
    [
      { ...config, allowPrivate: false },
      { loopback: true, private: false },
    ],
  ])('%j', (given, rule) => {
    expect(ruleOfRegistry(given)).toEqual(rule)
  })
})

describe('addresses that a registry names', () => {
  it.each([
    ['http://127.0.0.1:5000', 'http://127.0.0.1:5000/auth', open],
    ['https://127.0.0.1:5000', 'http://127.0.0.1:5000/auth', 'an address of the scheme http'],
    ['http://127.0.0.1:5000', 'http://127.0.0.1:8080/auth', 'an address of the scheme http'],
    ['http://127.0.0.1:5000', 'https://127.0.0.1:8080/auth', related],
    ['https://10.0.0.1', 'https://10.0.0.1/auth', open],
    ['https://r.example.com', 'https://r.example.com/t', open],
    ['https://r.example.com', 'https://r.example.com:443/t', open],
    ['https://r.example.com', 'https://r.example.com:8443/t', related],
    ['https://r.example.com', 'http://r.example.com/t', 'an address of the scheme http'],
    ['https://r.example.com', 'https://auth.example.com/t', related],
    ['https://r.example.com', 'https://example.com/t', related],
    ['https://r.example.com', 'https://badexample.com/t', stranger],
    ['https://example.com', 'https://other.com/t', stranger],
    ['https://r.example.com', 'https://169.254.169.254/', stranger],
    ['https://r.example.com', 'https://0.0.0.0/', stranger],
    ['https://r.example.com', 'https://[::1]/', stranger],
    ['https://r.example.com', 'file:///x', 'an address of the scheme file'],
    ['https://r.example.com', 'data:,x', 'an address of the scheme data'],
    ['https://r.example.com', 'https://u:p@r.example.com/', 'an address with a user name in it'],
    ['https://r.example.com', 'https://u@r.example.com/', 'an address with a user name in it'],
    ['https://10.0.0.1', 'https://10.0.0.2/', stranger],
    ['https://[fd00::1]', 'https://[fd00::2]/', stranger],
  ] as const)('%s names %s', (registry, address, rule) => {
    expect(ruleOfDerived(new URL(address), own(registry), config)).toEqual(rule)
  })

  it('may be plain HTTP on the own host where the user permits it', () => {
    const address = new URL('http://r.example.com/t')
    expect(ruleOfDerived(address, own('http://r.example.com'), config)).toEqual(open)
    expect(ruleOfDerived(new URL('http://r.example.com:443/t'), own('https://r.example.com', true), config)).toEqual(
      open,
    )
  })

  it.each([
    [['127.0.0.1:8080'], 'http://127.0.0.1:8080/auth', open],
    [['127.0.0.1'], 'http://127.0.0.1:8080/auth', open],
    [['tokens.other.com'], 'https://tokens.other.com/t', open],
    [['Tokens.Other.com:443'], 'https://tokens.other.com/t', open],
    [['*.other.com'], 'https://tokens.other.com/t', open],
    [['*.other.com'], 'https://other.com/t', stranger],
    [['tokens.other.com'], 'http://tokens.other.com/t', 'an address of the scheme http'],
    [['tokens.other.com:8443'], 'https://tokens.other.com/t', stranger],
  ])('with %j trusted: %s', (trustedHosts, address, rule) => {
    expect(ruleOfDerived(new URL(address), own('http://127.0.0.1:5000'), { ...config, trustedHosts })).toEqual(rule)
  })
})

describe('who may see a credential', () => {
  const hub = { host: 'index.docker.io', origin: new URL('https://registry-1.docker.io'), allowsPlain: false }
  it.each([
    [own('https://r.example.com'), 'https://r.example.com/t', true],
    [own('https://r.example.com'), 'https://r.example.com:8443/t', true],
    [own('https://registry.example.com'), 'https://gitlab.example.com/jwt/auth', true],
    [own('https://registry.gitlab.com'), 'https://gitlab.com/jwt/auth', true],
    [own('https://r.example.com'), 'https://example.com.evil.net/t', false],
    [own('https://r.example.com'), 'https://evil-example.com/t', false],
    [own('https://ghcr.io'), 'https://evil.io/t', false],
    [own('https://10.0.0.1'), 'https://10.0.0.2/t', false],
    [own('https://1.10.0.1'), 'https://2.10.0.1/t', false],
    [hub, 'https://auth.docker.io/token', true],
    [hub, 'https://hub.docker.com/token', false],
    [hub, 'https://evil.docker.io/token', false],
  ])('%j: %s %s', (registry, realm, trusted) => {
    expect(isTrusted(new URL(realm), registry, [])).toBe(trusted)
  })

  it('is also whom the user lists', () => {
    expect(isTrusted(new URL('https://t.io/'), own('https://r.example.com'), ['t.io'])).toBe(true)
  })
})

describe('plain HTTP', () => {
  it.each([
    ['localhost', true],
    ['localhost:5000', true],
    ['a.localhost', true],
    ['127.0.0.1:5000', true],
    ['[::1]:5000', true],
    ['10.1.2.3', true],
    ['172.16.0.1:80', true],
    ['172.32.0.1', false],
    ['192.168.0.1', true],
    ['127.0.0.2', false],
    ['8.8.8.8', false],
    ['10.example.com', false],
    ['registry.example.com', false],
    ['localhost.example.com', false],
  ])('is tried for %s: %s', (host, tried) => {
    expect(isPlainByDefault(host)).toBe(tried)
  })
})

describe('patterns of hosts', () => {
  it.each([
    ['ghcr.io', ['ghcr.io'], true],
    ['ghcr.io', ['GHCR.io'], true],
    ['ghcr.io', ['quay.io'], false],
    ['a.example.com', ['*.example.com'], true],
    ['example.com', ['*.example.com'], false],
    ['a.b.example.com', ['a.*.com'], true],
    ['x', ['*'], true],
    ['abcabc', ['a*b*c'], true],
    ['acb', ['a*b*c'], false],
    ['aba', ['ab*ba'], false],
    ['x', [], false],
  ])('%s among %j: %s', (host, patterns, is) => {
    expect(isAmong(host, patterns)).toBe(is)
  })
})
