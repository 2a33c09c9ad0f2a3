import { expect, it } from 'vitest'
import { decideDigest } from '#core/policy/digest.ts'

const elected = { name: 'app', tag: '1.2.0' }
const known = { ...elected, digest: 'sha256:1' }

it.each([
  ['Never', undefined, 'none'],
  ['Never', known, 'none'],
  ['IfNotPresent', undefined, 'fetch'],
  ['IfNotPresent', known, 'keep'],
  ['IfNotPresent', elected, 'fetch'],
  ['IfNotPresent', { ...known, digest: '' }, 'fetch'],
  ['IfNotPresent', { ...known, tag: '1.1.0' }, 'fetch'],
  ['IfNotPresent', { ...known, name: 'other' }, 'fetch'],
  ['Always', undefined, 'fetch'],
  ['Always', known, 'fetch'],
] as const)('%s with %j: %s', (policy, previous, decision) => {
  expect(decideDigest(policy, previous, elected)).toBe(decision)
})
