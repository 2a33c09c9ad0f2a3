import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { isAppError } from '#core/error.ts'
import { parseRemoteUrl } from '#core/secret/remote-url.ts'
import { redact } from '#core/secret/redact.ts'
import { reveal } from '#core/secret/reveal.ts'

const all = ['https', 'http', 'ssh', 'file', 'socks5']

describe('parseRemoteUrl', () => {
  it.each([
    { text: 'https://git.example.com/team/config.git', printed: 'https://git.example.com/team/config.git' },
    { text: 'https://GIT.Example.com:8443/a', printed: 'https://git.example.com:8443/a' },
    { text: 'http://host', printed: 'http://host' },
    { text: 'ssh://git@host:2222/a.git', printed: 'ssh://***@host:2222/a.git' },
    { text: 'https://user:pass-of-url@host/a', printed: 'https://***@host/a' },
    { text: 'https://:only-pass-url@host/a', printed: 'https://***@host/a' },
    { text: 'https://good@evil/a', printed: 'https://***@evil/a' },
    { text: 'https://host/a?x=1&token=abc', printed: 'https://host/a?x=***&token=***' },
    { text: 'https://[2001:DB8::1]:444/a', printed: 'https://[2001:db8::1]:444/a' },
    { text: 'file:///srv/config.git', printed: 'file:///srv/config.git' },
    { text: 'socks5://proxy:1080', printed: 'socks5://proxy:1080' },
    { text: 'https://host/a%20b', printed: 'https://host/a%20b' },
  ])('reads $text and prints it without credentials', ({ text, printed }) => {
    const url = parseRemoteUrl(text, 'spec.url', all)
    expect([String(url), JSON.stringify(url), inspect(url)]).toEqual([printed, JSON.stringify(printed), printed])
  })

  it('gives the pieces to the edges', () => {
    const url = parseRemoteUrl('https://a%40b:p%3Ass%20word@host:8443/x?y=z', 'spec.url', all)
    const { scheme, host, port, path, user, password, origin, address } = url
    expect({ scheme, host, port, path, user, origin, address }).toEqual({
      scheme: 'https',
      host: 'host',
      port: '8443',
      path: '/x',
      user: 'a@b',
      origin: 'https://host:8443',
      address: 'https://host:8443/x?y=z',
    })
    expect(password && reveal(password)).toBe('p:ss word')
  })

  it('keeps broken percent-encoding as it is', () => {
    expect(parseRemoteUrl('https://a%zz@host/', 'spec.url', all).user).toBe('a%zz')
  })

  it('masks the password, and a user name that stands for a token, in every text', () => {
    parseRemoteUrl('https://someone:url-password-1@host/', 'spec.url', all)
    parseRemoteUrl('https://ghp_urltoken1@host/', 'spec.url', all)
    expect(redact('url-password-1 ghp_urltoken1 someone')).toBe('*** *** someone')
  })

  it.each([
    'ext::sh -c touch% /tmp/pwned',
    'fd::17/foo',
    '--upload-pack=touch /tmp/pwned',
    '-oProxyCommand=touch',
    'https://-oProxyCommand=x/a',
    'https:///host/a',
    'https://host:99999/a',
    'https://host/a\nb',
    'https://host/a%0ab',
    'https://host/a%00b',
    'https://host/a b',
    'https://host/a#fragment',
    'git@host:team/config.git',
    '/srv/config.git',
    'ftp://host/a',
    '',
  ])('refuses %j without repeating it', (text) => {
    let thrown: unknown
    try {
      parseRemoteUrl(text, 'spec.url', all)
    } catch (error) {
      thrown = error
    }
    expect(isAppError(thrown) && [thrown.code, thrown.message]).toEqual([
      'RESOURCE_URL_INVALID',
      'spec.url: expected an address of the form https or http or ssh or file or socks5://host/path',
    ])
  })
})
