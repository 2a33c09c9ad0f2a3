import { describe, expect, it } from 'vitest'
import { openFakeRegistry, type FakeRegistry } from '../fakes/registry.ts'
import * as faults from '../fakes/registry/faults.ts'
import { generatedTags } from '../fakes/registry/lists.ts'
import { openClient, sourceOf } from './registry-client.ts'
import { byDigest, config, manifest, run, type Case } from './registry-scenario.ts'

const signal = new AbortController().signal

const fails: readonly (Case & { readonly code: string; readonly requests?: number })[] = [
  {
    name: 'an error of the server that does not pass, after three tries',
    arrange: (registry) => registry.fault('tags', faults.status(500)),
    code: 'REGISTRY_UNAVAILABLE',
    requests: 3,
  },
  {
    name: 'one page of three that fails: nothing of the others is used',
    arrange: (registry) => registry.fault('tags', faults.status(502), { from: 3 }),
    code: 'REGISTRY_UNAVAILABLE',
    requests: 5,
  },
  {
    name: 'a last page that is not there',
    arrange: (registry) => registry.fault('tags', faults.status(404), { from: 3 }),
    code: 'REGISTRY_NOT_FOUND',
  },
  {
    name: 'a last page that is a login page',
    arrange: (registry) => registry.fault('tags', faults.loginPage(), { from: 3 }),
    code: 'REGISTRY_BAD_RESPONSE',
  },
  {
    name: 'a login page',
    arrange: (registry) => registry.fault('any', faults.loginPage()),
    code: 'REGISTRY_BAD_RESPONSE',
  },
  ...[
    '',
    '{',
    '[]',
    '{}',
    '"tags"',
    '{"tags": 5}',
    '{"tags": {"0": "a"}}',
    '{"tags": ["1.0"]',
    '{"tags": ["1.0"]} x',
  ].map((body) => ({
    name: `a list that is ${body === '' ? 'empty' : body}`,
    arrange: (registry: FakeRegistry) => registry.fault('tags', faults.withBody(body)),
    code: 'REGISTRY_BAD_RESPONSE',
  })),
  {
    name: 'null in place of tags on the second page',
    arrange: (registry) =>
      registry.fault(
        'tags',
        faults.withTags(() => null),
        { from: 2, to: 2 },
      ),
    code: 'REGISTRY_BAD_RESPONSE',
  },
  {
    name: 'a body that never ends',
    arrange: (registry) => registry.fault('tags', faults.endless()),
    code: 'REGISTRY_TOO_LARGE',
    requests: 1,
  },
  ...[403, 404, 500].map((status) => ({
    name: `an answer ${status} that never ends`,
    arrange: (registry: FakeRegistry) => {
      registry.fault('tags', (reply, request) => faults.endless()({ ...reply, status }, request))
    },
    code: status === 403 ? 'REGISTRY_AUTH_FAILED' : status === 404 ? 'REGISTRY_NOT_FOUND' : 'REGISTRY_UNAVAILABLE',
  })),
  {
    name: 'some kilobytes that unpack to hundreds of megabytes',
    arrange: (registry) => registry.fault('tags', faults.gzipBomb(300)),
    code: 'REGISTRY_TOO_LARGE',
    requests: 1,
  },
  ...['br', 'gzip, gzip', 'compress'].map((encoding) => ({
    name: `the encoding ${encoding}`,
    arrange: (registry: FakeRegistry) => {
      registry.fault('tags', faults.gzipped())
      registry.fault('tags', faults.withHeaders({ 'content-encoding': encoding }))
    },
    code: 'REGISTRY_BAD_RESPONSE',
  })),
  {
    name: 'a body that breaks off on every try',
    arrange: (registry) => registry.fault('tags', faults.truncated(20)),
    code: 'REGISTRY_UNAVAILABLE',
    requests: 3,
  },
  {
    name: 'a connection that is reset on every try',
    arrange: (registry) => registry.fault('tags', faults.reset()),
    code: 'REGISTRY_UNAVAILABLE',
    requests: 3,
  },
  {
    name: 'bytes that are no HTTP',
    arrange: (registry) => registry.fault('any', faults.garbage()),
    code: 'REGISTRY_BAD_RESPONSE',
  },
  {
    name: 'headers without end',
    arrange: (registry) => registry.fault('any', faults.manyHeaders(5000)),
    code: 'REGISTRY_TOO_LARGE',
  },
  {
    name: 'a page that leads to itself',
    arrange: (registry) => registry.fault('tags', faults.pagingLoop()),
    code: 'REGISTRY_PAGING_LOOP',
    requests: 1,
  },
  {
    name: 'pages that lead on and bring nothing new',
    arrange: (registry) => registry.fault('tags', faults.creepingLoop()),
    code: 'REGISTRY_PAGING_LOOP',
    requests: 5,
  },
  {
    name: 'more than 200,000 tags',
    options: { lists: { generated: { 'team/app': generatedTags(1_000_000) } } },
    arrange: () => undefined,
    code: 'REGISTRY_BUDGET_EXCEEDED',
    requests: 201,
  },
  {
    name: 'a redirect that leads round in circles',
    arrange: (registry) => registry.fault('tags', faults.redirected('/v2/team/app/tags/list')),
    code: 'REGISTRY_REDIRECT_REFUSED',
    requests: 4,
  },
  {
    name: 'a redirect to nowhere',
    arrange: (registry) => registry.fault('tags', faults.status(307)),
    code: 'REGISTRY_REDIRECT_REFUSED',
  },
  {
    name: 'a manifest that is not what its digest says',
    arrange: (registry) => {
      registry.fault('manifest', faults.corrupted(), { method: 'GET' })
      registry.fault('manifest', faults.withoutHeader('docker-content-digest'), { method: 'GET' })
    },
    act: byDigest,
    code: 'REGISTRY_DIGEST_MISMATCH',
  },
  {
    name: 'a tag whose manifest has neither the digest it came with nor one that the registry knows',
    arrange: (registry) =>
      registry.fault('manifest', faults.withBody('{"schemaVersion":2,"manifests":[]}'), { method: 'GET' }),
    act: manifest,
    code: 'REGISTRY_DIGEST_MISMATCH',
  },
  {
    name: 'a config that is not what its digest says',
    arrange: (registry) => registry.fault('blob', faults.corrupted()),
    act: config,
    code: 'REGISTRY_DIGEST_MISMATCH',
  },
  {
    name: 'a manifest of schema 1',
    arrange: (registry) => registry.fault('manifest', faults.schema1()),
    act: manifest,
    code: 'REGISTRY_MANIFEST_UNSUPPORTED',
  },
  {
    name: 'a manifest above 4 MiB',
    arrange: (registry) => registry.fault('manifest', faults.withBody(' '.repeat(5 * 1024 * 1024))),
    act: manifest,
    code: 'REGISTRY_TOO_LARGE',
  },
  {
    name: 'a manifest that is an index as well',
    arrange: (registry) => {
      const body = '{"schemaVersion":2,"manifests":[],"config":{},"layers":[]}'
      const headers = { 'content-type': 'application/json' }
      registry.fault('manifest', faults.status(200, headers, body), { method: 'GET' })
    },
    act: manifest,
    code: 'REGISTRY_BAD_RESPONSE',
  },
]

describe('what fails, and how it is called', () => {
  it.each(fails)('$name: $code', async (one) => {
    const { value, error, count } = await run(one)
    expect({ value, error }).toMatchObject({ value: undefined, error: { name: 'AppError', code: one.code } })
    expect(count('tags')).toBe(one.requests ?? count('tags'))
  })
})

describe('a limit of requests', () => {
  const inAnHour = new Date(Date.now() + 3_600_000).toUTCString()
  it.each([
    ['seconds', 429, { 'retry-after': '3600' }],
    ['a date', 429, { 'retry-after': inAnHour }],
    ['seconds of a server that is not ready', 503, { 'retry-after': '3600' }],
  ])('in %s is kept: no request before, for no repository of that host', async (_form, status, headers) => {
    await using registry = await openFakeRegistry()
    await registry.pushImage({ repository: 'a', tag: '1' })
    await registry.pushImage({ repository: 'b', tag: '1' })
    registry.fault('tags', faults.status(status, headers))
    await using client = openClient()
    const error = await client.listTags(sourceOf(registry.host, 'a'), signal).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'REGISTRY_RATE_LIMITED' })
    const { afterMs } = (error as { retry: { afterMs: number } }).retry
    expect(afterMs).toBeGreaterThan(3_590_000)
    expect(afterMs).toBeLessThan(3_600_000 * 1.1 + 10_000)
    const before = registry.count()
    for (const repository of ['a', 'b']) {
      const again = client.listTags(sourceOf(registry.host, repository), signal)
      await expect(again).rejects.toMatchObject({ code: 'REGISTRY_RATE_LIMITED' })
    }
    expect(registry.count()).toBe(before)
  })
})
