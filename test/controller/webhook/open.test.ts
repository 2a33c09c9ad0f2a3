import { expect, it } from 'vitest'
import { openWebhooks } from '#controller/webhook/open.ts'
import type { ObjectRef } from '#core/api/object-ref.ts'
import type { Resource } from '#flow/ports.ts'
import { hookAt, hookOwner, hookSecret, memoryLog, signed, TestClock } from './scene.ts'

it('receives over hooks that come and go with the resources', async () => {
  const owner = hookOwner('ImageRepository', { type: 'generic-hmac' })
  const { path } = hookAt(owner)
  const world: { resources: readonly Resource[] } = { resources: [] }
  const announced: string[] = []
  const seen: string[] = []
  const clock = new TestClock()
  const webhooks = openWebhooks({
    resources: { list: async () => world.resources, secret: async () => hookSecret() },
    announce: async ({ name }: ObjectRef) => void announced.push(name),
    clock,
    log: memoryLog(),
    environment: {},
    userAgent: 'tagboat/test',
    onSeen: (type, code) => void seen.push(`${type} ${code}`),
  })
  const post = async (): Promise<number> => {
    const headers = { 'x-signature': signed('') }
    return (await webhooks.app.request(path, { method: 'POST', headers })).status
  }
  expect(await post()).toBe(404)
  world.resources = [owner]
  webhooks.changed()
  await clock.pass(1001)
  expect(await post()).toBe(200)
  expect(announced).toEqual(['web'])
  await webhooks[Symbol.asyncDispose]()
  expect(await post()).toBe(503)
  expect(seen).toEqual(['unknown 404', 'generic-hmac 200', 'unknown 503'])
})
