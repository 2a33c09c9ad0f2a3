import { describe, expect, it } from 'vitest'
import type { Question } from '#io/registry/exchange.ts'
import { HostMemory } from '#io/registry/host-memory.ts'
import { listTags } from '#io/registry/tags.ts'
import type { Reply } from '../../fakes/wire.ts'
import { callTo, configOf, json, reply, scripted, signal, testClock } from './harness.ts'

const { limits } = configOf()
const page = (tags: unknown, link?: string) =>
  json({ tags }, link === undefined ? {} : { link: `<?${link}>; rel="next"` })
const queryOf = ({ target }: Question) => target.split('?')[1] ?? ''

function lister(script: (query: string) => Reply, { some = {}, memory = new HostMemory([], testClock()) } = {}) {
  const { exchange, asked } = scripted((question) => script(queryOf(question)))
  const call = callTo('r.io/org/app')
  const list = async () => listTags(call, { exchange, memory, limits: { ...limits, ...some } }, signal)
  const queries = () => asked.map((one) => one.replace(/^GET \/v2\/org\/app\/tags\/list\??/, ''))
  return { list, queries, memory, call }
}

describe('pages', () => {
  it('are read to the end, sorted descending by bytes, without repetitions', async () => {
    const { list, queries, call } = lister((query) => {
      if (query === 'n=1000') return page(['b', 'a', '__proto__'], 'c=1')
      return query === 'c=1' ? page(['B', 'a'], 'c=2') : page(['c'])
    })
    Object.assign(call, { requests: 3 })
    expect(await list()).toEqual({
      tags: ['c', 'b', 'a', '__proto__', 'B'],
      dropped: { invalid: 0, artefact: 0 },
      requests: 3,
    })
    expect(queries()).toEqual(['n=1000', 'c=1', 'c=2'])
  })

  it('count what they drop', async () => {
    const artefact = `sha256-${'a'.repeat(64)}`
    const { list } = lister((query) =>
      query === 'n=1000' ? page(['a', '-', artefact], 'c=1') : page([7, `${artefact}.sig`]),
    )
    expect(await list()).toMatchObject({ tags: ['a'], dropped: { invalid: 2, artefact: 2 } })
  })

  it.each([
    ['an empty list', page([]), []],
    ['null for one', page(null), []],
  ])('%s', async (_name, only, tags) => {
    expect(await lister(() => only).list()).toMatchObject({ tags })
  })

  it('fail as a whole: one that fails, or is no page', async () => {
    const second = (bad: Reply) => lister((query) => (query === 'n=1000' ? page(['a'], 'c=1') : bad)).list()
    await expect(second(reply(500))).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' })
    await expect(second(reply(404))).rejects.toMatchObject({ code: 'REGISTRY_NOT_FOUND' })
    await expect(second(page(null))).rejects.toThrow(
      'r.io: the tags of org/app: page 2 is no list of tags: tags is null',
    )
    await expect(second(reply(200, {}, '<html>'))).rejects.toThrow(
      'page 2 is no list of tags: there is a "<", as in an HTML page',
    )
    await expect(second(reply(200, {}, '{"tags":["a"'))).rejects.toMatchObject({ code: 'REGISTRY_BAD_RESPONSE' })
  })
})

const refused = (status: number, code = 'UNSUPPORTED') => json({ errors: [{ code }] }, {}, status)

describe('page sizes', () => {
  it.each([
    [
      '405 above a hundred',
      (query: string) => (query === 'n=1000' ? refused(405) : page(['a'])),
      ['n=1000', 'n=100'],
      100,
    ],
    ['400 for any', (query: string) => (query === '' ? page(['a']) : refused(400)), ['n=1000', 'n=100', ''], undefined],
    [
      "Quay's word",
      (query: string) => (query === 'n=1000' ? refused(429, 'TOO_MANY_TAGS_REQUESTED') : page(['a'])),
      ['n=1000', 'n=100'],
      100,
    ],
  ])('fall back at %s, and what worked is remembered', async (_name, script, asked, size) => {
    const { list, queries, memory } = lister(script)
    expect(await list()).toMatchObject({ tags: ['a'] })
    expect([queries(), memory.pageSize('r.io')]).toEqual([asked, size])
  })

  it.each([401, 403, 404, 408, 429, 499, 500])('do not fall back at %i', async (status) => {
    const { list, queries } = lister(() => refused(status))
    await expect(list()).rejects.toMatchObject({ status })
    expect(queries()).toEqual(['n=1000'])
  })

  it('are given up where nothing helps', async () => {
    const { list, queries } = lister(() => refused(400))
    await expect(list()).rejects.toMatchObject({ status: 400 })
    expect(queries()).toEqual(['n=1000', 'n=100', ''])
  })

  it('begin again without a figure when the answer shows Nexus, which cuts lists silently', async () => {
    const memory = new HostMemory([], testClock())
    const { list, queries } = lister(
      (query) => {
        memory.notice({ host: 'r.io', headers: { server: 'Nexus/3.60' } })
        return query === '' ? page(['a', 'b', 'c']) : page(['a'])
      },
      { memory },
    )
    expect(await list()).toMatchObject({ tags: ['c', 'b', 'a'] })
    expect(queries()).toEqual(['n=1000', ''])
  })
})

describe('loops', () => {
  it('a page that names itself', async () => {
    const { list, queries } = lister(() => page(['a'], 'n=1000'))
    await expect(list()).rejects.toMatchObject({ code: 'REGISTRY_PAGING_LOOP', retry: { afterMs: 900_000 } })
    expect(queries()).toEqual(['n=1000'])
  })

  it('a page that names an earlier one', async () => {
    const { list } = lister((query) => (query === 'n=1000' ? page(['a'], 'c=1') : page(['b'], 'n=1000')))
    await expect(list()).rejects.toMatchObject({ code: 'REGISTRY_PAGING_LOOP' })
  })

  it('the fourth page running without a new tag', async () => {
    let count = 0
    const { list, queries } = lister(() => page(['a'], `c=${(count += 1)}`))
    await expect(list()).rejects.toThrow('4 pages without a new tag')
    expect(queries()).toHaveLength(5)
  })

  it('three pages without news are none', async () => {
    const { list } = lister((query) => {
      const at = query === 'n=1000' ? 0 : Number(query.slice(2))
      return page([at === 4 ? 'b' : 'a'], at === 4 ? undefined : `c=${at + 1}`)
    })
    expect(await list()).toMatchObject({ tags: ['b', 'a'] })
  })
})

const endless = (size: number) => {
  let at = 0
  return () =>
    page(
      Array.from({ length: size }, () => `t${(at += 1)}`),
      `c=${at}`,
    )
}

describe('budgets', () => {
  it.each([
    ['tags, over pages', { tags: 25 }, /more than 25 tags \(26 tags in 3 pages so far\)$/, 3],
    ['tags, in one page', { tags: 5 }, /more than 5 tags \(0 tags in 0 pages so far\)$/, 1],
    ['pages', { pages: 3 }, /more than 3 pages \(30 tags in 3 pages so far\)$/, 3],
    ['bytes', { listBytes: 100 }, /more than 100 bytes \(20 tags in 2 pages so far\)$/, 2],
  ])('%s', async (_name, some, message, asked) => {
    const { list, queries } = lister(endless(10), { some })
    await expect(list()).rejects.toMatchObject({
      code: 'REGISTRY_BUDGET_EXCEEDED',
      message: expect.stringMatching(message),
    })
    expect(queries()).toHaveLength(asked)
  })

  it('allow more pages where they are small', async () => {
    const memory = new HostMemory([{ host: 'r.io', pageSize: 100 }], testClock())
    const { list, queries } = lister(endless(10), { some: { pages: 2, smallPages: 4 }, memory })
    await expect(list()).rejects.toThrow('more than 4 pages')
    expect(queries()).toHaveLength(4)
  })
})
