import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isAppError } from '#core/error.ts'
import { isTag } from '#core/image/reference.ts'
import { parsePayload } from '#core/webhook/payload.ts'
import type { Delivery, News, Sender } from '#core/webhook/sender.ts'
import { senders } from '#core/webhook/senders/index.ts'
import { webhookFixtures } from '../core/webhook/fixtures.ts'

const headers = [...new Set(webhookFixtures.flatMap((fixture) => Object.keys(fixture.headers)))]
const values = [...new Set(webhookFixtures.flatMap((fixture) => Object.values(fixture.headers)))]

/** Names that payloads and prototypes have, so that random values come close to real ones. */
const names = fc.constantFrom('__proto__', 'constructor', 'toString', 'length', ...fieldNames())
const scalars = fc.oneof(
  fc.jsonValue({ maxDepth: 0 }),
  fc.constantFrom('push', 'PUSH', 'INSERT', 'docker', '__proto__'),
)
const { payload: payloads } = fc.letrec((tie) => ({
  payload: fc.oneof(
    { maxDepth: 4 },
    scalars,
    fc.array(tie('payload'), { maxLength: 3 }),
    fc.dictionary(names, tie('payload'), { maxKeys: 6 }),
  ),
}))
const header = fc.dictionary(fc.constantFrom(...headers), fc.oneof(fc.constantFrom(...values), fc.string()))

function fieldNames(): readonly string[] {
  const found = new Set<string>()
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [name, inner] of Object.entries(value)) {
      if (!Array.isArray(value)) found.add(name)
      walk(inner)
    }
  }
  for (const { body } of webhookFixtures) walk(body)
  return [...found]
}

/** Everything that a delivery is asked for. */
function readAll(sender: Sender, delivery: Delivery): readonly News[] {
  return [sender.images, sender.pushes].flatMap((read) => {
    try {
      sender.event?.(delivery)
      sender.id?.(delivery)
      return read === undefined ? [] : [read(delivery)]
    } catch (error) {
      if (isAppError(error) && error.code === 'WEBHOOK_MALFORMED') return []
      throw error
    }
  })
}

/** What must never come out of a payload. */
function faultsOf(news: News): readonly unknown[] {
  const images = news.is === 'images' ? news.images : []
  const reasons = news.is === 'nothing' ? [news.reason] : []
  return [
    ...images.flatMap(({ tags }) => tags).filter((tag) => !isTag(tag)),
    ...images.map(({ path }) => path).filter((path) => !/^[a-z0-9][a-z0-9._/-]*$/.test(path)),
    ...reasons.filter((reason) => !/^\P{Cc}{1,300}$/u.test(reason)),
  ]
}

describe.each(Object.entries(senders))('%s', (name, sender) => {
  it('reads any payload, or says that it is malformed', () => {
    fc.assert(
      fc.property(payloads, header, (payload, given) => {
        const delivery = { header: (one: string) => (Object.hasOwn(given, one) ? given[one] : undefined), payload }
        expect(readAll(sender, delivery).flatMap(faultsOf)).toEqual([])
      }),
      { numRuns: 400 },
    )
  })

  it('reads real payloads of which something was replaced', () => {
    const own = webhookFixtures.filter((fixture) => fixture.sender === name)
    const replaced = fc.tuple(fc.constantFrom(...own), fc.nat(60), fc.oneof(scalars, payloads))
    fc.assert(
      fc.property(replaced, ([fixture, at, value]) => {
        const delivery = { header: (one: string) => fixture.headers[one], payload: replaceAt(fixture.body, at, value) }
        expect(readAll(sender, delivery).flatMap(faultsOf)).toEqual([])
      }),
      { numRuns: 400 },
    )
  })
})

/** A copy in which the `at`-th value, counted in order, is another one. */
function replaceAt(body: unknown, at: number, value: unknown): unknown {
  const left = { count: at }
  return JSON.parse(JSON.stringify(body), (_name, inner: unknown) => {
    left.count -= 1
    return left.count === -1 ? value : inner
  }) as unknown
}

/** What is read, or the code of the error. */
function attempt(read: () => unknown): unknown {
  try {
    return read()
  } catch (error) {
    return isAppError(error) ? error.code : error
  }
}

it('any text is JSON, empty, or malformed', () => {
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.stringMatching(/^[[\]{}",:a\\ ]{0,80}$/))
  fc.assert(
    fc.property(texts, (text) => {
      const want = attempt(() => (text.trim() === '' ? undefined : (JSON.parse(text) as unknown)))
      expect(attempt(() => parsePayload(text))).toEqual(want instanceof Error ? 'WEBHOOK_MALFORMED' : want)
    }),
  )
})
