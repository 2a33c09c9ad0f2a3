import { describe, expect, it } from 'vitest'
import type { FakeRegistry } from '../fakes/registry.ts'
import * as faults from '../fakes/registry/faults.ts'
import { manifest, paged, resolve, run, tags, type Act, type Case } from './registry-scenario.ts'

const signal = new AbortController().signal

const survives: readonly Case[] = [
  { name: 'nothing wrong', arrange: () => undefined },
  {
    name: 'an error of the server that passes',
    arrange: (registry) => registry.fault('tags', faults.status(503), { to: 2 }),
  },
  { name: 'a reset', arrange: (registry) => registry.fault('tags', faults.reset(), { from: 2, to: 2 }) },
  {
    name: 'a body that breaks off',
    arrange: (registry) => registry.fault('tags', faults.truncated(9), { from: 2, to: 2 }),
  },
  {
    name: 'a short limit of requests, which is waited out',
    arrange: (registry) => registry.fault('tags', faults.status(429, { 'retry-after': '2' }), { to: 1 }),
  },
  {
    name: 'a wrong content type',
    arrange: (registry) => registry.fault('tags', faults.withHeaders({ 'content-type': 'text/plain' })),
  },
  { name: 'gzip', arrange: (registry) => registry.fault('tags', faults.gzipped()) },
  {
    name: 'tags that come twice, and some that are none',
    arrange: (registry) => {
      registry.fault(
        'tags',
        faults.withTags((page) => [...page, ...page, '-no', 7, null, 'x'.repeat(129), 'a/b']),
      )
    },
  },
  { name: 'a slow answer', arrange: (registry) => registry.fault('tags', faults.onWire({ delayMs: 50 })) },
  { name: 'one byte at a time', arrange: (registry) => registry.fault('tags', faults.onWire({ trickleMs: 0 })) },
  { name: 'no entity tags', options: { lists: { ...paged.lists, noEtag: true } }, arrange: () => undefined },
]

const digestOfManifest: Act = async (client, source) => {
  return ((await manifest(client, source)) as { descriptor: object }).descriptor
}

const dropped: Act = async (client, source) => (await client.listTags(source, signal)).dropped

function addWhatIsNoTag(registry: FakeRegistry): void {
  registry.fault(
    'tags',
    faults.withTags((page) => [...page, '-no', 7, 'a b']),
    { to: 1 },
  )
}

function emptyByNull(registry: FakeRegistry): void {
  registry.fault('tags', faults.status(200, {}, '{"name":"a","tags":null}'))
}

describe('what is survived, with the whole list', () => {
  it.each(survives)('$name', async (one) => {
    const { value, error } = await run(one)
    expect(error).toBeUndefined()
    expect(value).toEqual(tags.toReversed())
  })

  it('drops and counts what is no tag', async () => {
    const { value } = await run({ name: '', arrange: addWhatIsNoTag, act: dropped })
    expect(value).toEqual({ invalid: 3, artefact: 0 })
  })

  it('null in place of the tags of an empty repository', async () => {
    expect((await run({ name: '', arrange: emptyByNull })).value).toEqual([])
  })

  const heads: readonly (Case & { readonly act: Act })[] = [
    {
      name: 'HEAD that is not allowed',
      arrange: (r) => r.fault('manifest', faults.status(405), { method: 'HEAD' }),
      act: resolve,
    },
    {
      name: 'HEAD that is not known',
      arrange: (r) => r.fault('manifest', faults.status(404), { method: 'HEAD' }),
      act: resolve,
    },
    {
      name: 'no digest header',
      arrange: (r) => r.fault('manifest', faults.withoutHeader('docker-content-digest')),
      act: resolve,
    },
    {
      name: 'a digest header that names something else',
      arrange: (r) => {
        const other = { 'docker-content-digest': `sha256:${'0'.repeat(64)}` }
        r.fault('manifest', faults.withHeaders(other), { method: 'GET', to: 1 })
      },
      act: digestOfManifest,
    },
    {
      name: 'a digest header that is none',
      arrange: (r) => r.fault('manifest', faults.withHeaders({ 'docker-content-digest': 'sha256:x' })),
      act: resolve,
    },
  ]

  it.each(heads)('$name: the exact digest all the same', async (one) => {
    const right = await run({ name: '', arrange: () => undefined, act: resolve })
    expect((await run(one)).value).toMatchObject({ digest: (right.value as { digest: string }).digest })
  })
})
