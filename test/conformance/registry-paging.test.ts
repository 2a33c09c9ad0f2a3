import { describe, expect, it } from 'vitest'
import { openFakeRegistry, type FakeRegistryOptions } from '../fakes/registry.ts'
import * as faults from '../fakes/registry/faults.ts'
import { openClient, sourceOf } from './registry-client.ts'

const signal = new AbortController().signal
const tags = Array.from({ length: 250 }, (_, position) => `1.${String(position).padStart(3, '0')}`)

async function listed(options: FakeRegistryOptions, fault?: faults.Fault) {
  await using registry = await openFakeRegistry(options)
  const repository = 'deep/team/app'
  await registry.pushImage({ repository, tag: tags[0] ?? '' })
  const bytes = await registry.readManifest(repository, tags[0] ?? '')
  for (const tag of tags)
    await registry.pushManifest(repository, tag, 'application/vnd.oci.image.manifest.v1+json', bytes)
  if (fault !== undefined) registry.fault('tags', fault)
  await using client = openClient()
  const first = await client.listTags(sourceOf(registry.host, repository), signal)
  const requests = registry.count('tags')
  registry.forget()
  const second = await client.listTags(sourceOf(registry.host, repository), signal)
  return { first: first.tags, second: second.tags, requests, again: registry.count('tags'), seen: [...registry.seen] }
}

const nexus = faults.withHeaders({ server: 'Nexus/3.60.0-02 (OSS)' })
const small: FakeRegistryOptions = { lists: { pageSize: { max: 100, above: 'smaller' } } }
const queryOf = (target: string): string => target.slice(target.indexOf('?'))

describe('the next page is found', () => {
  it.each<readonly [string, Parameters<typeof faults.withLink>[0]]>([
    ['as the specification writes it', (target) => `<${target}>; rel="next"`],
    ['at an absolute address', (target, { headers }) => `<http://${headers.host}${target}>; rel="next"`],
    ['at an address whose port was lost', (target) => `<http://127.0.0.1${target}>; rel="next"`],
    [
      'at an address inside the network of the registry',
      (target) => `<http://registry.internal:8080${target}>; rel="next"`,
    ],
    ['relative to the list', (target) => `<list${queryOf(target)}>; rel="next"`],
    ['by its query alone', (target) => `<${queryOf(target)}>; rel="next"`],
    ['without the prefix of the repository', (target) => `<${target.replace('/v2/deep/', '/v2/')}>; rel="next"`],
    ['without brackets', (target) => `${target}; rel="next"`],
    ['without quotes', (target) => `<${target}>; rel=next`],
    ['with single quotes', (target) => `<${target}>; rel='next'`],
    ['in capitals', (target) => `<${target}>; REL="NEXT"`],
    ['without a relation', (target) => `<${target}>`],
    ['with parameters around', (target) => `<${target}>; title="a, b; c"; rel="next"; type="x"`],
    ['among several links', (target) => `</v2/first?n=1>; rel="first", <${target}>; rel="next"`],
    ['among several headers', (target) => ['</v2/first?n=1>; rel="first"', `<${target}>; rel="next"`]],
    ['with several relations', (target) => `<${target}>; rel="last next"`],
  ])('%s', async (_name, write) => {
    const { first, requests } = await listed(small, faults.withLink(write))
    expect(first).toEqual(tags.toReversed())
    expect(requests).toBe(3)
  })

  it('and an empty target is the end', async () => {
    const { first, requests } = await listed({}, faults.withHeaders({ link: '<>; rel="next"' }))
    expect([first.length, requests]).toEqual([250, 1])
  })

  it('by a cursor that only the registry understands', async () => {
    const { first, requests } = await listed({ lists: { ...small.lists, opaqueCursor: true } })
    expect(first).toEqual(tags.toReversed())
    expect(requests).toBe(3)
  })
})

describe('the size of a page', () => {
  it.each<readonly [string, FakeRegistryOptions, number]>([
    ['that is refused with 405 above a hundred (as ECR)', { lists: { pageSize: { max: 100, above: '405' } } }, 4],
    ['that is refused by a code (as Quay)', { lists: { pageSize: { max: 100, above: 'too-many' } } }, 4],
    ['that is refused above fifty', { lists: { pageSize: { max: 50, above: '405' } } }, 7],
  ])('%s is found once and remembered', async (_name, options, requests) => {
    const result = await listed(options)
    expect(result.first).toEqual(tags.toReversed())
    expect(result.requests).toBe(requests)
    expect(result.second).toEqual(result.first)
    expect(result.again).toBeLessThan(result.requests)
  })

  it('is not sent where it cuts the list without a word (as Nexus)', async () => {
    const { first, second, again } = await listed({ lists: { pageSize: { max: 100, above: 'cut' } } }, nexus)
    expect(first).toEqual(tags.toReversed())
    expect(second).toEqual(first)
    expect(again).toBe(1)
  })

  it('is a thousand, and never zero', async () => {
    const { seen } = await listed({})
    expect(seen.map(({ query }) => query.get('n'))).toEqual(['1000'])
  })
})

describe('a list that did not change', () => {
  it('is asked for by its entity tag, page by page', async () => {
    const { second, again, seen } = await listed(small)
    expect(second).toEqual(tags.toReversed())
    expect(again).toBe(3)
    expect(seen.every(({ headers }) => headers['if-none-match'] !== undefined)).toBe(true)
  })

  it('that an old copy is given for stays what was given', async () => {
    const { first, second } = await listed(small, faults.old())
    expect(second).toEqual(first)
  })
})
