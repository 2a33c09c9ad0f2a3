import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { isAppError } from '#core/error.ts'
import { openClient, sourceOf } from '../conformance/registry-client.ts'
import * as faults from '../fakes/registry/faults.ts'
import type { ListQuirks } from '../fakes/registry/lists.ts'
import { openFakeRegistry } from '../fakes/registry.ts'

/** How servers write the address of the next page. */
const links = fc.constantFrom<Parameters<typeof faults.withLink>[0]>(
  (target) => `<${target}>; rel="next"`,
  (target, { headers }) => `<http://${headers.host}${target}>; rel=next`,
  (target) => `<http://registry.internal/x${target}>; rel='next'`,
  (target) => `<list${target.slice(target.indexOf('?'))}>`,
  (target) => ['</x?n=1>; rel="prev"', `${target}; REL="Next"`],
)

/** What may befall a request for a page. */
const befalls = fc.oneof(
  fc.constantFrom<() => faults.Fault>(
    faults.loginPage,
    faults.pagingLoop,
    faults.creepingLoop,
    faults.garbage,
    faults.gzipped,
    faults.old,
    () => faults.withBody('{"name":"a"}'),
    () => faults.redirected('/v2/elsewhere/tags/list'),
    () => faults.withHeaders({ 'content-encoding': 'br' }),
  ),
  fc.constantFrom(401, 403, 404, 405, 408, 429, 500, 502, 503).map((code) => () => faults.status(code)),
  fc.nat(40).map((at) => () => faults.truncated(at)),
  fc.nat(40).map((at) => () => faults.reset(at)),
)

const server = fc.record({
  tags: fc.uniqueArray(fc.stringMatching(/^[a-z0-9_][a-zA-Z0-9._-]{0,9}$/), { maxLength: 40 }),
  pageSize: fc.record({
    max: fc.integer({ min: 1, max: 25 }),
    above: fc.constantFrom<NonNullable<ListQuirks['pageSize']>['above']>('smaller', 'too-many', '405'),
  }),
  opaqueCursor: fc.boolean(),
  noEtag: fc.boolean(),
  link: links,
  faults: fc.array(fc.record({ make: befalls, from: fc.integer({ min: 1, max: 12 }), for: fc.nat(4) }), {
    maxLength: 3,
  }),
})

it('a list is complete or an error, whatever a server does to its pages', async () => {
  await using client = openClient()
  const property = fc.asyncProperty(server, async ({ tags, link, faults: some, ...lists }) => {
    await using registry = await openFakeRegistry({ lists })
    await registry.pushImage({ repository: 'a', tag: 'latest' })
    for (const tag of tags) await registry.pushManifest('a', tag, 'application/json', new Uint8Array())
    registry.fault('tags', faults.withLink(link))
    for (const { make, from, for: length } of some) registry.fault('tags', make(), { from, to: from + length })
    const all = [...new Set([...tags, 'latest'])].toSorted().toReversed()
    const signal = AbortSignal.timeout(20_000)
    for (let scan = 0; scan < 2; scan += 1) {
      const outcome = await client.listTags(sourceOf(registry.host, 'a'), signal).then(
        (list) => list.tags.join(' '),
        (error: unknown) => (isAppError(error) && error.code.startsWith('REGISTRY_') ? 'refused' : error),
      )
      expect([all.join(' '), 'refused']).toContain(outcome)
    }
    expect(registry.count('tags')).toBeLessThan(400)
  })
  await fc.assert(property, { numRuns: 300 })
}, 300_000)
