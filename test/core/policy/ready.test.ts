import { describe, expect, it } from 'vitest'
import { downgradedMessage, noMatchMessage, readyMessage } from '#core/policy/ready.ts'
import { by, filter, regexOf, selection } from './given.ts'

const now = { name: 'app', tag: '1.2.0' }
const start = 'Latest image tag for app resolved to 1.2.0'

it.each([
  [now, undefined, undefined, start],
  [now, now, undefined, start],
  [now, { ...now, digest: '' }, undefined, start],
  [{ ...now, digest: 'sha256:2' }, undefined, undefined, `${start} with digest sha256:2`],
  [now, { ...now, tag: '1.1.0' }, undefined, `${start} (previously app:1.1.0)`],
  [now, { name: 'old', tag: '1.2.0', digest: 'sha256:1' }, undefined, `${start} (previously old:1.2.0@sha256:1)`],
  [
    { ...now, digest: 'sha256:2' },
    { ...now, digest: 'sha256:1' },
    undefined,
    `${start} with digest sha256:2 (previously app:1.2.0@sha256:1)`,
  ],
  [now, { ...now, tag: '1.3.0' }, { lowered: 'spec' }, `${start} (previously app:1.3.0) (lowered by spec change)`],
  [now, { ...now, tag: '1.3.0' }, { lowered: 'annotation' }, `${start} (previously app:1.3.0)`],
  [now, undefined, {}, start],
] as const)('readyMessage, case %#', (latest, previous, election, message) => {
  expect(readyMessage(latest, previous, election)).toBe(message)
})

describe('noMatchMessage', () => {
  it.each([
    ['nothing there', '', '0 tags, 0 after filterTags, 0 rejected'],
    ['each in its place', 'x.sig -x y v0.1.0 v0.2.0', '5 tags, 2 after filterTags, 2 rejected'],
  ])('%s', (_name, tags, figures) => {
    const chosen = selection({ ...by.semver('^1'), ...filter('^v') }, tags, { exclusions: [regexOf('\\.sig$')] })
    expect(noMatchMessage('app', 'semver ^1', chosen)).toBe(`no tag of app satisfies semver ^1: ${figures}`)
  })
})

it('candidates that were not asked about are not rejected', () => {
  const tags = Array.from({ length: 23 }, (_, patch) => `1.0.${patch}`)
  const facts = new Map(tags.map((tag) => [tag, { platforms: [] }]))
  const chosen = selection({ ...by.semver('^1'), platforms: ['linux/amd64'] }, tags, { facts })
  expect(noMatchMessage('app', 'semver ^1', chosen)).toBe(
    'no tag of app satisfies semver ^1: 23 tags, 23 after filterTags, 20 rejected',
  )
})

it.each([
  ['spec', '1.0 replaces higher 2.0: spec changed'],
  ['annotation', '1.0 replaces higher 2.0: allowed by annotation'],
  ['removed', '1.0 replaces higher 2.0: 2.0 was removed from the registry'],
] as const)('downgradedMessage by %s', (lowered, message) => {
  expect(downgradedMessage({ from: '2.0', to: '1.0' }, lowered)).toBe(message)
})
