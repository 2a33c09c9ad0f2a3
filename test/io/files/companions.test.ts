import { describe, expect, it } from 'vitest'
import { reveal } from '#core/secret/reveal.ts'
import { Companions } from '#io/files/companions.ts'
import { readDocuments } from '#io/files/documents.ts'

function companions(text: string): Companions {
  const all = new Companions((plain) => `hash of ${plain.length}`)
  for (const object of readDocuments({ path: 'a.yaml', text }).objects) all.add(object)
  return all
}

const secret = (fields: string) =>
  companions(`apiVersion: v1\nkind: Secret\nmetadata: {name: s, namespace: apps}\n${fields}`)

function content(all: Companions): unknown {
  const found = all.secret('apps', 's')
  return found && Object.fromEntries([...found.data].map(([key, value]) => [key, reveal(value)]))
}

describe('Secrets', () => {
  const good: readonly [string, string, object | undefined][] = [
    ['without data', '', {}],
    ['data', 'data: {user: YWxpY2U=, empty: ""}\n', { user: 'alice', empty: '' }],
    ['base64 on several lines', 'data:\n  user: |\n    YWxp\n    Y2U=\n', { user: 'alice' }],
    ['stringData', 'stringData: {user: alice}\n', { user: 'alice' }],
    ['stringData over data', 'data: {user: Ym9i, x: eA==}\nstringData: {user: alice}\n', { user: 'alice', x: 'x' }],
    ['values of null', 'data: {a: null}\nstringData: {b: ~}\n', { a: '', b: '' }],
    ['UTF-8', 'data: {a: w6TDtsO8}\n', { a: 'äöü' }],
    [
      'keys of a prototype',
      'stringData: {__proto__: a, constructor: b}\n',
      Object.fromEntries([
        ['__proto__', 'a'],
        ['constructor', 'b'],
      ]),
    ],
    ['encrypted by SOPS', 'data: {a: "ENC[x]"}\nsops: {}\n', undefined],
  ]
  it.each(good)('%s', (_, fields, want) => {
    expect(content(secret(fields))).toEqual(want)
  })

  const bad: readonly [string, string, string][] = [
    ['no base64', 'data:\n  a: YQ==\n  user: canary!\n', 'a.yaml:6: Secret apps/s: data.user: expected base64'],
    ['bad padding', 'data: {user: canaryy}\n', 'a.yaml:4: Secret apps/s: data.user: expected base64'],
    [
      'a number',
      'stringData: {user: 12345678}\n',
      'a.yaml:4: Secret apps/s: stringData.user: expected a text; put it in quotes',
    ],
    ['a mapping', 'data: {user: {canary: 1}}\n', 'a.yaml:4: Secret apps/s: data.user: expected base64'],
  ]
  it.each(bad)('fail when asked for: %s, without the value', (_, fields, want) => {
    const all = secret(fields)
    expect(() => all.secret('apps', 's')).toThrow(
      expect.objectContaining({ code: 'RESOURCE_SECRET_INVALID', message: want }),
    )
  })

  it('carry type, uid and a version that follows the content', () => {
    const one = secret('type: kubernetes.io/tls\nstringData: {a: x}\n').secret('apps', 's')
    expect(one).toMatchObject({ namespace: 'apps', name: 's', type: 'kubernetes.io/tls' })
    expect(one?.uid).toBeUndefined()
    const versions = ['stringData: {a: x}', 'stringData: {a: xy}', 'type: Some\nstringData: {a: x}'].map(
      (fields) => secret(fields).secret('apps', 's')?.resourceVersion,
    )
    expect(new Set(versions).size).toBe(3)
    expect(secret('data: {a: eA==}').secret('apps', 's')?.resourceVersion).toBe(versions[0])
    const dumped = companions('apiVersion: v1\nkind: Secret\nmetadata: {name: s, uid: "1"}\n').secret('default', 's')
    expect(dumped).toMatchObject({ uid: '1', type: 'Opaque', namespace: 'default' })
  })

  it('never print a value', () => {
    const found = secret('stringData: {password: canary-in-print}\n').secret('apps', 's')
    expect(JSON.stringify([...(found?.data ?? [])])).toBe('[["password","***"]]')
  })

  it('given twice fail when asked for', () => {
    const all = companions(
      'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\n',
    )
    expect(() => all.secret('default', 's')).toThrow(
      expect.objectContaining({
        message: 'a.yaml:5: Secret default/s is given twice, first at a.yaml:1',
        hint: 'remove one of them',
      }),
    )
  })

  it('of other names are not there', () => {
    expect(secret('').secret('apps', 'other')).toBeUndefined()
    expect(secret('').secret('default', 's')).toBeUndefined()
  })
})

const account = (fields: string) => companions(`apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n${fields}`)

describe('ServiceAccounts', () => {
  const cases: readonly [string, readonly string[]][] = [
    ['', []],
    ['imagePullSecrets: [{name: x}, {name: y}]\n', ['x', 'y']],
    ['imagePullSecrets: [{}, text, {name: 1}, {name: z}]\n', ['z']],
    ['imagePullSecrets: text\n', []],
  ]
  it.each(cases)('%j name %j', (fields, want) => {
    expect(account(fields).pullSecrets('default', 'a')).toEqual(want)
  })

  it('of other names are not there', () => {
    expect(account('').pullSecrets('default', 'b')).toBeUndefined()
  })
})

describe('Namespaces', () => {
  it('have their labels, of all objects of the name, and the one of the API server', () => {
    const all = companions(
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: n, labels: {a: x, b: 1}}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: n, labels: {c: z, kubernetes.io/metadata.name: forged}}\n',
    )
    expect(all.namespaceLabels('n')).toEqual({ a: 'x', c: 'z', 'kubernetes.io/metadata.name': 'n' })
    expect(all.namespaceLabels('m')).toEqual({ 'kubernetes.io/metadata.name': 'm' })
  })
})

describe('other objects', () => {
  it.each(['apiVersion: v1\nkind: ConfigMapList\n', 'apiVersion: other/v1\nkind: Secret\n', 'kind: Secret\n'])(
    'are not kept: %j',
    (text) => {
      const [object] = readDocuments({ path: 'a.yaml', text }).objects
      expect(object && new Companions(String).add(object)).toBe(false)
    },
  )
})
