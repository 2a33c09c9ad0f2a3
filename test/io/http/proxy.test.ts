import { describe, expect, it } from 'vitest'
import { proxyOf } from '#io/http/proxy.ts'

const proxy = 'http://proxy.example:3128'

const askWithPassword = () => proxyOf(new URL('https://a.io/'), { HTTPS_PROXY: 'ftp://u:s3cret@proxy.example' })

describe('which variable', () => {
  it.each([
    ['https://a.io/', { HTTPS_PROXY: proxy }, proxy],
    ['https://a.io/', { https_proxy: proxy }, proxy],
    ['https://a.io/', { HTTPS_PROXY: 'proxy.example:3128' }, proxy],
    ['https://a.io/', { HTTPS_PROXY: 'socks5://proxy.example' }, 'socks5://proxy.example'],
    ['https://a.io/', { HTTP_PROXY: proxy }, undefined],
    ['http://a.io/', { HTTP_PROXY: proxy }, proxy],
    ['http://a.io/', { HTTPS_PROXY: proxy }, undefined],
    ['https://a.io/', {}, undefined],
    ['https://a.io/', { HTTPS_PROXY: '' }, undefined],
    ['https://localhost:5000/', { HTTPS_PROXY: proxy }, undefined],
    ['http://127.0.0.1:5000/', { HTTP_PROXY: proxy }, undefined],
    ['http://[::1]:5000/', { HTTP_PROXY: proxy }, undefined],
  ])('%s with %j', (url, environment, expected) => {
    expect(proxyOf(new URL(url), environment)?.origin).toBe(expected)
  })

  it('keeps a password out of its error', () => {
    expect(askWithPassword).toThrow(/^HTTPS_PROXY: expected an address/)
    expect(askWithPassword).not.toThrow(/s3cret/)
  })
})

describe('NO_PROXY', () => {
  it.each([
    ['a.io', 'https://a.io/', false],
    ['a.io', 'https://b.a.io/', false],
    ['a.io', 'https://ba.io/', true],
    ['.a.io', 'https://b.a.io/', false],
    ['.a.io', 'https://a.io/', true],
    ['*.a.io', 'https://b.a.io/', false],
    ['A.IO', 'https://a.io/', false],
    ['*', 'https://a.io/', false],
    ['x, a.io', 'https://a.io/', false],
    ['x a.io', 'https://a.io/', false],
    ['a.io:443', 'https://a.io/', false],
    ['a.io:8443', 'https://a.io/', true],
    ['a.io:8443', 'https://a.io:8443/', false],
    ['10.0.0.1', 'https://10.0.0.1/', false],
    ['10.0.0.1', 'https://10.0.0.11/', true],
    ['10.0.0.0/8', 'https://10.9.9.9/', false],
    ['10.0.0.0/8', 'https://11.9.9.9/', true],
    ['10.0.0.0/99', 'https://10.0.0.1/', true],
    ['nonsense/8', 'https://10.0.0.1/', true],
    ['fd00::/8', 'https://[fd00::1]/', false],
    ['fd00::1', 'https://[fd00::1]/', false],
    ['', 'https://a.io/', true],
  ])('%j for %s: proxied %s', (list, url, proxied) => {
    expect(proxyOf(new URL(url), { HTTPS_PROXY: proxy, NO_PROXY: list }) !== undefined).toBe(proxied)
  })
})
