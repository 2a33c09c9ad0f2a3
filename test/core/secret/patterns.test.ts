import { describe, expect, it } from 'vitest'
import { maskPatterns } from '#core/secret/patterns.ts'

const masked: readonly (readonly [text: string, masked: string])[] = [
  // Userinfo
  ['fetch https://user:pw@host/a failed', 'fetch https://***@host/a failed'],
  ['https://tok@host', 'https://***@host'],
  ['https://user:p@ss@host/x', 'https://***@host/x'],
  ['ssh://git@host/a', 'ssh://***@host/a'],
  ['redis://:pw@host:6379/0', 'redis://***@host:6379/0'],
  [String.raw`"https:\/\/u:p@host\/a"`, String.raw`"https:\/\/***@host\/a"`],
  ['two https://a:b@c and https://d:e@f/', 'two https://***@c and https://***@f/'],
  // Authorization
  ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: ***'],
  ['authorization: Bearer abc\r\nhost: x', 'authorization: ***\r\nhost: x'],
  ['Proxy-Authorization:Digest username="x"', 'Proxy-Authorization:***"x"'],
  ['{"authorization":"token ghp_1"}', '{"authorization":"***"}'],
  [String.raw`{\"Authorization\": \"Bearer q\"}`, String.raw`{\"Authorization\": \"***\"}`],
  ['AUTHORIZATION=Bearer x', 'AUTHORIZATION=***'],
  ['sent Bearer abcdefg1', 'sent Bearer ***'],
  ['basic dXNlcjpwYXNzd29yZA==', 'basic ***'],
  // JSON web tokens
  ['eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl', '***'],
  ['id eyJhbGciOi.eyJzdWIiOi cut', 'id *** cut'],
  // PEM
  ['key -----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY----- end', 'key *** end'],
  ['-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQ', '***'],
  [String.raw`"-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\n"`, String.raw`"***\n"`],
  // Query values
  ['https://host/p?token=abc&page=2', 'https://host/p?token=***&page=2'],
  ['https://host/p?page=2&access_token=abc#x', 'https://host/p?page=2&access_token=***#x'],
  ['/b?sig=a%2Bb&Signature=c&api-key=d&key=e', '/b?sig=***&Signature=***&api-key=***&key=***'],
  [
    '/b?X-Amz-Credential=AKIA%2F1&X-Amz-Signature=00&x-goog-signature=11',
    '/b?X-Amz-Credential=***&X-Amz-Signature=***&x-goog-signature=***',
  ],
  ['client_secret=abc&x=1', 'client_secret=***&x=1'],
  ['git failed (password=abc)', 'git failed (password=***'],
]

const kept = [
  'registry.example.com/team/app:1.2.3@sha256:0000000000000000000000000000000000000000000000000000000000000000',
  'https://host/a@b',
  'git@host:team/config.git',
  'mail to user@example.com',
  'the basic authentication of the registry',
  'a bearer of good-news',
  'monkey=1 ?monkey=1 key=value keyboard=x',
  'spec.git.commit.signingKey: secret "s" has no key',
  'eyJ.not.one',
  '-----BEGIN-----',
  'Tagboat-Run: 6f9619ff-8b86-d011-b42d-00cf4fc964ff/0123456789abcdef0123456789abcdef',
]

describe('maskPatterns', () => {
  it.each(masked)('makes %j into %j', (text, want) => {
    expect(maskPatterns(text)).toBe(want)
  })

  it.each(masked)('leaves %j as it is once masked', (_, want) => {
    expect(maskPatterns(want)).toBe(want)
  })

  it.each(kept)('leaves %j', (text) => {
    expect(maskPatterns(text)).toBe(text)
  })
})
