import { describe, expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import type { Exchange } from '#io/registry/exchange.ts'
import { HostMemory } from '#io/registry/host-memory.ts'
import type { HostOptions } from '#io/registry/options.ts'
import { findPushTimes } from '#io/registry/push-times.ts'
import type { Reply } from '../../fakes/wire.ts'
import { callTo, configOf, json, reply, scripted, signal, testClock } from './harness.ts'

const at = Date.UTC(2026, 0, 1)
const results = (...names: string[]) => names.map((name) => ({ name, tag_last_pushed: '2026-01-01T00:00:00Z' }))
const { limits } = configOf()
const stopped: Exchange = async () => Promise.reject(new AppError('CANCELLED', 'stopped'))

function finder(script: (target: string) => Reply, { image = 'alpine', hosts = [] as readonly HostOptions[] } = {}) {
  const clock = testClock()
  const { exchange, asked } = scripted(({ target }) => script(target))
  const memory = new HostMemory(hosts, clock)
  const find = async () => findPushTimes(callTo(image), { exchange, memory, limits, signal })
  return { find, asked, clock }
}

describe('Docker Hub', () => {
  it('is asked page by page, by the query of the next one alone', async () => {
    const { find, asked } = finder((target) =>
      json(
        target.includes('page=2') ? { results: results('2') } : { next: 'http://evil/x?page=2', results: results('1') },
      ),
    )
    expect(await find()).toEqual(
      new Map([
        ['1', at],
        ['2', at],
      ]),
    )
    expect(asked).toEqual([
      'GET https://hub.docker.com/v2/repositories/library/alpine/tags?page_size=1000&ordering=last_updated',
      'GET https://hub.docker.com/v2/repositories/library/alpine/tags?page=2',
    ])
  })

  it('is asked for ten pages at most', async () => {
    let page = 0
    const { find, asked } = finder(() => json({ next: `?page=${(page += 1)}`, results: results(`${page}`) }))
    expect((await find())?.size).toBe(10)
    expect(asked).toHaveLength(10)
  })

  it.each([
    ['403', reply(403)],
    ['404', reply(404)],
    ['500', reply(500)],
    ['HTML', reply(200, {}, '<html>')],
    ['something else', json([])],
  ])('that answers %s is left alone for a day', async (_name, answer) => {
    const { find, asked, clock } = finder(() => answer)
    expect([await find(), await find()]).toEqual([undefined, undefined])
    expect(asked).toHaveLength(1)
    clock.pass(86_400_000)
    await find()
    expect(asked).toHaveLength(2)
  })

  it('that asks for a pause is asked again next time', async () => {
    const { find, asked } = finder(() => reply(429))
    expect([await find(), await find()]).toEqual([undefined, undefined])
    expect(asked).toHaveLength(2)
  })

  it('stops when it is told to', async () => {
    const memory = new HostMemory([], testClock())
    await expect(findPushTimes(callTo('alpine'), { exchange: stopped, memory, limits, signal })).rejects.toMatchObject({
      code: 'CANCELLED',
    })
  })
})

describe('others', () => {
  it.each([
    ['without such a list', 'ghcr.io/a/b', []],
    ['that are not to be asked', 'alpine', [{ host: 'index.docker.io', pushTimes: 'off' }]],
  ])('%s are not', async (_name, image, hosts) => {
    const { find, asked } = finder(() => json({ results: [] }), { image, hosts })
    expect([await find(), asked]).toEqual([undefined, []])
  })

  it('may be asked elsewhere', async () => {
    const hosts = [{ host: 'r.io', provider: 'docker-hub', pushTimes: 'https://times.r.io' }]
    const { find, asked } = finder(() => json({ results: results('1') }), { image: 'r.io/a/b', hosts })
    expect(await find()).toEqual(new Map([['1', at]]))
    expect(asked[0]).toContain('GET https://times.r.io/v2/repositories/a/b/tags?')
  })
})
