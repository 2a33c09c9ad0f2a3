import { expect, it } from 'vitest'
import { listen } from '#controller/listen.ts'
import type { ObjectRef } from '#core/api/object-ref.ts'
import { keyOf } from '#core/api/object-ref.ts'
import { systemClock } from '#io/clock.ts'
import { hookAt, hookOwner, hookSecret, memoryLog } from './webhook/scene.ts'

const owner = hookOwner('ImageRepository', { type: 'generic' })

function options(address: string, announced: string[] = []) {
  return {
    address,
    resources: { list: async () => [owner], secret: async () => hookSecret() },
    announce: async ({ name }: ObjectRef) => void announced.push(name),
    clock: systemClock,
    log: memoryLog(),
    environment: {},
  }
}

it('serves webhooks, probes and metrics at one address', async () => {
  const announced: string[] = []
  await using listening = await listen(options('127.0.0.1:0', announced))
  const { url } = listening
  const answer = await fetch(url + hookAt(owner).path, { method: 'POST' })
  expect([answer.status, await answer.json()]).toEqual([200, { matched: 1 }])
  expect(announced).toEqual(['web'])
  listening.passed({ key: keyOf(owner), before: undefined, after: owner, ms: 20, ok: true })
  for (const path of ['/healthz', '/readyz']) expect((await fetch(url + path)).status).toBe(200)
  const metrics = await (await fetch(`${url}/metrics`)).text()
  expect(metrics).toContain('tagboat_webhooks_total{type="generic",code="200"} 1')
  expect(metrics).toMatch(/gotk_reconcile_duration_seconds_count\{.*name="web".*\} 1/)
  expect((await fetch(`${url}/queues`)).status).toBe(404)
})

it.each(['0', 'localhost', ':http'])('says which address it cannot read: %s', async (address) => {
  await expect(listen(options(address))).rejects.toMatchObject({
    code: 'USAGE_INVALID',
    message: expect.stringContaining(`got "${address}"`) as string,
  })
})

it('says which address it cannot have', async () => {
  await using first = await listen(options('127.0.0.1:0'))
  await expect(listen(options(first.url.replace('http://', '')))).rejects.toMatchObject({
    code: 'SERVER_LISTEN_FAILED',
  })
})
