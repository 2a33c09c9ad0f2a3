import { describe, expect, it } from 'vitest'
import { imageSenders, laterSenders, sourceSenders, type KnownSender } from '#core/api/webhook.ts'
import { parsePayload } from '#core/webhook/payload.ts'
import type { Delivery } from '#core/webhook/sender.ts'
import { senders } from '#core/webhook/senders/index.ts'
import { webhookFixtures, wireBody, type WebhookFixture } from '../fixtures.ts'

function deliveryOf(fixture: Pick<WebhookFixture, 'headers' | 'body'>): Delivery {
  return { header: (name) => fixture.headers[name], payload: parsePayload(wireBody(fixture)) }
}

const known = (types: readonly string[]) => types.filter((type) => !laterSenders.some((later) => later === type))
const having = (what: 'images' | 'pushes') =>
  Object.entries(senders).flatMap(([name, sender]) => (sender[what] === undefined ? [] : [name]))

describe('every sender', () => {
  it.each(webhookFixtures.map((fixture) => [fixture.name, fixture] as const))('reads %s', (_name, fixture) => {
    const sender = senders[fixture.sender]
    const read = fixture.reads === 'images' ? sender.images : sender.pushes
    expect(read?.(deliveryOf(fixture))).toEqual(fixture.news)
    expect(sender.id?.(deliveryOf(fixture))).toBe(fixture.id)
  })

  it('has news for the kinds at which it may stand, and a delivery among the fixtures that brings some', () => {
    expect(having('images').toSorted()).toEqual(known(imageSenders).toSorted())
    expect(having('pushes').toSorted()).toEqual(known(sourceSenders).toSorted())
    const told = new Set(webhookFixtures.filter(({ news }) => news.is !== 'nothing').map(({ sender }) => sender))
    expect(Object.keys(senders).filter((name) => !told.has(name as keyof typeof senders))).toEqual([])
  })

  it('takes SHA-1 from nobody but Nexus, which has nothing else', () => {
    const weak = Object.entries(senders).filter(([, { proofs }]) =>
      proofs.some((proof) => proof.by === 'hmac' && proof.hash === 'sha1'),
    )
    expect(weak.map(([name]) => name)).toEqual(['nexus'])
  })
})

describe('a body that is not the sender’s', () => {
  const wrong = [null, [], 'text', { type: 7, source: 7, action: 7, domain: 7 }]
  const unread: readonly (readonly [KnownSender, 'images' | 'pushes', Readonly<Record<string, string>>])[] = [
    ['generic', 'images', {}],
    ['generic-hmac', 'pushes', {}],
    ['dockerhub', 'images', {}],
    ['github', 'images', { 'x-github-event': 'registry_package' }],
    ['github', 'pushes', { 'x-github-event': 'push' }],
    ['gitlab', 'pushes', { 'x-gitlab-event': 'Push Hook' }],
    ['gitea', 'images', { 'x-gitea-event': 'package' }],
    ['gitea', 'pushes', { 'x-gitea-event': 'push' }],
    ['bitbucket', 'pushes', { 'x-event-key': 'repo:push' }],
    ['bitbucket', 'pushes', { 'x-event-key': 'repo:refs_changed' }],
    ['harbor', 'images', {}],
    ['quay', 'images', {}],
    ['acr', 'images', {}],
    ['gcr', 'images', {}],
    ['ecr', 'images', {}],
    ['nexus', 'images', { 'x-nexus-webhook-id': 'rm:repository:component' }],
    ['jfrog', 'images', {}],
    ['distribution', 'images', {}],
    ['distribution', 'images', { 'ce-type': 'zotregistry.image.updated' }],
  ]
  it.each(unread)('is malformed: %s %s %j', (name, what, headers) => {
    for (const body of wrong.slice(0, name.startsWith('generic') ? 3 : 4)) {
      expect(() => senders[name][what]?.({ header: (one) => headers[one], payload: body })).toThrow(
        expect.objectContaining({ code: 'WEBHOOK_MALFORMED' }),
      )
    }
  })

  it.each([
    ['generic', { image: 7 }, 'webhook: image: invalid input: expected string, received number'],
    ['generic', { images: Array.from({ length: 101 }, () => 'a') }, 'webhook: images: too big: expected array to have'],
    ['harbor', { type: 'PUSH_ARTIFACT' }, 'webhook: event_data: invalid input: expected object, received undefined'],
    ['gcr', { message: { data: '%%' } }, 'webhook: message.data: not base64'],
    ['gcr', { message: { data: 'bm8=' } }, 'webhook: the body is not JSON'],
    ['ecr', { source: 'aws.ecr' }, 'webhook: detail-type: invalid input'],
  ] as const)('names the field: %s %j', (name, body, message) => {
    expect(() => senders[name].images?.(deliveryOf({ headers: {}, body }))).toThrow(message)
  })
})
