import { expect, it } from 'vitest'
import { pickChallenge } from '#io/registry/challenge.ts'

const bearer = (realm: string, service?: string, scope = '') => ({ kind: 'bearer', realm, service, scope })
const basic = { kind: 'basic' }

it.each([
  ['nothing', [], undefined],
  ['an empty header', [''], undefined],
  [
    'Docker Hub',
    ['Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull"'],
    bearer('https://auth.docker.io/token', 'registry.docker.io', 'repository:a/b:pull'),
  ],
  [
    'two in one header',
    [
      'Bearer realm="https://codeberg.org/v2/token",service="container_registry",scope="*",Basic realm="https://codeberg.org/v2"',
    ],
    bearer('https://codeberg.org/v2/token', 'container_registry', '*'),
  ],
  ['two headers, Basic first', ['Basic realm="x"', 'Bearer realm="https://a.io/t"'], bearer('https://a.io/t')],
  [
    'commas and blanks in quotes',
    ['Bearer realm="https://a.io/t?a=1,b=2", scope="repository:a:pull,push repository:b:pull"'],
    bearer('https://a.io/t?a=1,b=2', undefined, 'repository:a:pull,push repository:b:pull'),
  ],
  [
    'escapes in quotes',
    ['Bearer realm="https://a.io/t",service="a \\"quoted\\" \\\\ name"'],
    bearer('https://a.io/t', 'a "quoted" \\ name'),
  ],
  ['any case', ['BEARER Realm="https://a.io/t",SERVICE="s"'], bearer('https://a.io/t', 's')],
  ['unquoted values', ['Bearer realm=https://a.io/t,service=s'], bearer('https://a.io/t', 's')],
  ['blanks around =', ['Bearer  realm = "https://a.io/t" , service = "s"'], bearer('https://a.io/t', 's')],
  ['an unclosed quote', ['Bearer realm="https://a.io/t'], bearer('https://a.io/t')],
  ['a relative realm, then Basic', ['Bearer realm="/token", Basic realm="x"'], basic],
  ['a relative realm alone', ['Bearer realm="/token"'], 'unsupported'],
  ['Basic without realm', ['Basic'], basic],
  ['others beside Basic', ['Negotiate YWJj==, Digest realm="d", nonce="n", basic'], basic],
  ['only others', ['Negotiate', 'NTLM'], 'unsupported'],
  ['no challenge at all', ['="x"'], undefined],
] as const)('%s', (_name, headers, expected) => {
  const picked = pickChallenge(headers)
  const shown =
    typeof picked === 'object' && picked.kind === 'bearer' ? { ...picked, realm: picked.realm.href } : picked
  expect(shown).toEqual(expected)
})

it('reads long hostile headers in linear time', () => {
  expect(pickChallenge([`Bearer realm="${'\\'.repeat(60_000)}`])).toBe('unsupported')
  expect(pickChallenge(['a '.repeat(30_000)])).toBe('unsupported')
  expect(pickChallenge([`Basic${' '.repeat(60_000)}=`])).toBeUndefined()
})
