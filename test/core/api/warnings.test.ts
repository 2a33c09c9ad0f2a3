import { describe, expect, it } from 'vitest'
import type { ResourceKind } from '#core/api/kinds.ts'
import { findSecretWarnings, findSpecWarnings, specWarningCondition } from '#core/api/warnings.ts'
import { Secret } from '#core/secret/secret.ts'
import { example } from './examples.ts'

const secretRef = { name: 'keys' }

describe('findSpecWarnings', () => {
  const cases: readonly [ResourceKind, object, readonly string[]][] = [
    ['ImageRepository', {}, []],
    ['ImageRepository', { insecure: true }, []],
    [
      'ImageRepository',
      { insecure: true, secretRef },
      ['InsecureTransport spec.insecure: credentials may be sent without encryption'],
    ],
    ['GitRepository', { url: 'http://git/x' }, []],
    ['GitRepository', { url: 'http://u:p@127.0.0.1:8080/x' }, []],
    ['GitRepository', { url: 'https://u:p@git/x', secretRef }, []],
    [
      'GitRepository',
      { url: 'http://u:p@git/x' },
      ['InsecureTransport spec.url: credentials are sent without encryption; use https'],
    ],
    [
      'GitRepository',
      { url: 'http://git/x', secretRef, verify: { secretRef } },
      [
        'FeatureNotSupported spec.verify: signatures of commits are not verified yet',
        'InsecureTransport spec.url: credentials are sent without encryption; use https',
      ],
    ],
    ['ImageRepository', { provider: 'aws' }, []],
  ]
  it.each(cases)('%s %j', (kind, fields, want) => {
    expect(findSpecWarnings(example(kind, fields)).map(({ reason, message }) => `${reason} ${message}`)).toEqual(want)
  })
})

const secret = (...keys: readonly string[]) => ({
  namespace: 'apps',
  name: 'tls',
  resourceVersion: '1',
  type: 'Opaque',
  data: new Map(keys.map((key) => [key, new Secret('canary')])),
})

describe('findSecretWarnings', () => {
  it('names deprecated keys and never values', () => {
    expect(findSecretWarnings(secret('tls.crt', 'ca.crt'), 'spec.certSecretRef')).toEqual([])
    expect(findSecretWarnings(secret('caFile', 'certFile'), 'spec.certSecretRef')).toEqual([
      {
        reason: 'DeprecatedKeys',
        message: 'spec.certSecretRef: Secret apps/tls: certFile is now tls.crt, caFile is now ca.crt',
      },
    ])
  })
})

describe('specWarningCondition', () => {
  it('has the first reason and every message', () => {
    expect(specWarningCondition([])).toBeUndefined()
    const warnings = [
      { reason: 'A', message: 'one' },
      { reason: 'B', message: 'two' },
    ]
    expect(specWarningCondition(warnings)).toEqual({
      type: 'SpecWarning',
      status: 'True',
      reason: 'A',
      message: 'one; two',
    })
  })
})
