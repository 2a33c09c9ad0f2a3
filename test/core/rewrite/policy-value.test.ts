import { describe, expect, it } from 'vitest'
import type { Part } from '#core/rewrite/change-set.ts'
import { findDenial, printRef, valueFor, type PolicyState } from '#core/rewrite/policy-value.ts'

const digest = `sha256:${'a'.repeat(64)}`

function stateOf(state: Partial<PolicyState>): ReadonlyMap<string, PolicyState> {
  return new Map([['apps:web', { selected: true, visible: true, ...state }]])
}

const ref = { name: 'ghcr.io/acme/web', tag: '1.2.3' }

const values: readonly (readonly [state: Partial<PolicyState>, part: Part, expected: string])[] = [
  [{ latestRef: ref }, 'full', 'ghcr.io/acme/web:1.2.3'],
  [{ latestRef: { ...ref, digest } }, 'full', `ghcr.io/acme/web:1.2.3@${digest}`],
  [{ latestRef: { ...ref, digest: '' } }, 'full', 'ghcr.io/acme/web:1.2.3'],
  [{ latestRef: { ...ref, digest } }, 'tag', '1.2.3'],
  [{ latestRef: { ...ref, digest } }, 'name', 'ghcr.io/acme/web'],
  [{ latestRef: { ...ref, digest } }, 'digest', digest],
  [{ latestRef: { name: 'localhost:5000/Acme/web', tag: '1' } }, 'name', 'localhost:5000/Acme/web'],
  [{ latestRef: ref, extract: '20240101' }, 'extract', '20240101'],
  [{ latestRef: ref, extract: '1.0+build' }, 'extract', '1.0+build'],
  [{ latestRef: ref }, 'digest', 'no-digest'],
  [{ latestRef: { ...ref, digest: '' } }, 'digest', 'no-digest'],
  [{}, 'full', 'no-latest-ref'],
  [{ latestRef: ref }, 'extract', 'no-latest-ref'],
  [{ latestRef: ref, extract: '' }, 'extract', 'invalid-ref'],
  [{ latestRef: ref, extract: 'a b' }, 'extract', 'invalid-ref'],
  [{ latestRef: ref, extract: 'a#b' }, 'extract', 'invalid-ref'],
  [{ latestRef: { ...ref, name: '' } }, 'tag', 'invalid-ref'],
  [{ latestRef: { ...ref, name: 'a b' } }, 'tag', 'invalid-ref'],
  [{ latestRef: { ...ref, name: 'a@b' } }, 'name', 'invalid-ref'],
  [{ latestRef: { ...ref, name: 'a"\nb' } }, 'name', 'invalid-ref'],
  [{ latestRef: { ...ref, tag: '' } }, 'full', 'invalid-ref'],
  [{ latestRef: { ...ref, tag: '-1' } }, 'full', 'invalid-ref'],
  [{ latestRef: { ...ref, tag: '1 # x' } }, 'tag', 'invalid-ref'],
  [{ latestRef: { ...ref, digest: 'sha256:abc' } }, 'tag', 'invalid-ref'],
  [{ latestRef: ref, selected: false }, 'full', 'not-selected'],
]

describe('valueFor', () => {
  it.each(values)('%j %s: %s', (state, part, expected) => {
    const value = valueFor({ policy: 'apps:web', part }, stateOf(state), 'apps')
    expect('code' in value ? value.code : value.value).toBe(expected)
    expect('code' in value ? value.reason : 'apps:web').toContain('apps:web')
  })
})

describe('findDenial', () => {
  it.each([
    ['apps:web', 'apps', {}, undefined],
    ['apps:web', undefined, {}, undefined],
    ['apps:none', 'apps', {}, 'unknown-policy'],
    ['apps:none', undefined, {}, 'unknown-policy'],
    ['apps:web', 'other', {}, undefined],
    ['apps:web', 'other', { visible: false }, 'policy-not-visible'],
    ['apps:none', 'other', {}, 'policy-not-visible'],
    ['apps:web', 'apps', { selected: false }, 'not-selected'],
    ['apps:web', 'other', { visible: false, selected: false }, 'policy-not-visible'],
  ] as const)('%s for %s, %j: %s', (policy, namespace, state, expected) => {
    expect(findDenial(policy, stateOf(state), namespace)?.code).toBe(expected)
  })
})

describe('printRef', () => {
  it('leaves out what is not there', () => {
    expect(printRef(ref)).toBe('ghcr.io/acme/web:1.2.3')
    expect(printRef({ ...ref, digest })).toBe(`ghcr.io/acme/web:1.2.3@${digest}`)
  })
})
