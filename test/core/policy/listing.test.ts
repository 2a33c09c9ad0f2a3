import { expect, it } from 'vitest'
import type { TagFacts } from '#core/policy/selection.ts'
import { by, selection } from './given.ts'

const order = (tags: string, facts?: ReadonlyMap<string, TagFacts>) =>
  selection({ ...by.semver('1.x'), platforms: ['linux/amd64'] }, tags, facts ? { facts } : {}).candidates.map(
    ({ tag, verdict, reason }) => `${tag} ${verdict}: ${reason}`,
  )

it('puts the elected one first, then the others by preference, then the rejected ones by bytes', () => {
  const facts = new Map<string, TagFacts>([
    ['1.10.0', { platforms: [] }],
    ['1.9.0', { platforms: ['linux/amd64'] }],
  ])
  expect(order('1.2.0 zz 1.10.0 1.9.0 2.0.0 1.8.0 aa', facts)).toEqual([
    '1.9.0 selected: by semver 1.x',
    '1.8.0 superseded: 1.9.0 is preferred',
    '1.2.0 superseded: 1.9.0 is preferred',
    'zz not-a-version: no version of the form MAJOR.MINOR.PATCH',
    'aa not-a-version: no version of the form MAJOR.MINOR.PATCH',
    '2.0.0 out-of-range: 1.x excludes it',
    '1.10.0 platform-missing: has no image for linux/amd64',
  ])
})

it('says of nobody that he is superseded while it is open who wins', () => {
  expect(order('1.2.0 1.3.0')).toEqual([
    '1.3.0 facts-missing: nothing is known about it yet',
    '1.2.0 facts-missing: nothing is known about it yet',
  ])
})

it('says whom it gave up asking about', () => {
  const tags = Array.from({ length: 22 }, (_, patch) => `1.0.${patch}`)
  const facts = new Map<string, TagFacts>(tags.map((tag) => [tag, { platforms: [] }]))
  const lines = order(tags.join(' '), facts)
  expect(lines.slice(0, 2)).toEqual([
    '1.0.1 facts-missing: not asked about: too many better candidates were held back',
    '1.0.0 facts-missing: not asked about: too many better candidates were held back',
  ])
})

it('counts no verdict that nobody got', () => {
  expect(selection(by.semver('1.x'), '1.2.0').tally).toEqual({ selected: 1 })
  expect(selection(by.semver('1.x'), '').tally).toEqual({})
  expect(selection(by.semver('1.x'), '2.0.0').tally).toEqual({ 'out-of-range': 1 })
})
