import { expect, it } from 'vitest'
import { parseImageName, type Tag } from '#core/image/reference.ts'
import type { SecretObject } from '#core/secret/secret-object.ts'
import type { RegistrySource } from '#flow/ports.ts'
import { FactMemory } from '#io/evidence/memory.ts'

const tag = '1' as Tag
const source = (image = 'r.io/a', extra: Partial<RegistrySource> = {}): RegistrySource => ({
  image: parseImageName(image, 'image'),
  pullSecrets: [],
  insecure: false,
  provider: 'generic',
  ...extra,
})
const secret = (resourceVersion: string): SecretObject => ({
  namespace: 'n',
  name: 's',
  resourceVersion,
  type: '',
  data: new Map(),
})
const facts = { createdAt: 1 }

it('believes an answer for an hour, to the questions it answers', () => {
  const memory = new FactMemory()
  memory.keep(source(), { tag, facts: ['created', 'platforms'] }, { facts, now: 0 })
  expect(memory.get(source(), { tag, facts: ['created'] }, 3_599_999)).toEqual(facts)
  expect(memory.get(source(), { tag, facts: ['platforms', 'created'] }, 0)).toEqual(facts)
  expect(memory.get(source(), { tag, facts: ['pushed'] }, 0)).toBeUndefined()
  expect(memory.get(source(), { tag, facts: ['created'] }, 3_600_000)).toBeUndefined()
})

it.each([
  ['another tag', source(), '2'],
  ['another image', source('r.io/b'), '1'],
  ['another Secret', source('r.io/a', { pullSecrets: [secret('2')] }), '1'],
  ['no Secret', source(), '1'],
  ['other certificates', source('r.io/a', { pullSecrets: [secret('1')], certSecret: secret('1') }), '1'],
])('keeps apart %s', (_name, other, name) => {
  const memory = new FactMemory()
  memory.keep(source('r.io/a', { pullSecrets: [secret('1')] }), { tag, facts: ['created'] }, { facts, now: 0 })
  expect(memory.get(other, { tag: name as Tag, facts: ['created'] }, 0)).toBeUndefined()
})

it('does not keep that something is missing, and forgets what was known before', () => {
  const memory = new FactMemory()
  memory.keep(source(), { tag, facts: ['created'] }, { facts, now: 0 })
  memory.keep(source(), { tag, facts: ['created'] }, { facts: { missing: 'REGISTRY_TIMEOUT' }, now: 0 })
  expect(memory.get(source(), { tag, facts: ['created'] }, 0)).toBeUndefined()
})

it('forgets the oldest beyond fifty thousand', () => {
  const memory = new FactMemory()
  for (let at = 0; at <= 50_000; at += 1)
    memory.keep(source(), { tag: `t${at}` as Tag, facts: ['created'] }, { facts, now: 0 })
  expect(memory.get(source(), { tag: 't0' as Tag, facts: ['created'] }, 0)).toBeUndefined()
  expect(memory.get(source(), { tag: 't1' as Tag, facts: ['created'] }, 0)).toEqual(facts)
})
