import { Hono } from 'hono'
import { afterEach, expect, it } from 'vitest'
import { openMetrics } from '#controller/metrics.ts'
import { openSurface, type Surface } from '#controller/surface.ts'
import { keepingLog } from '../conformance/cluster.scene.ts'
import { freePort } from '../services/ports.ts'

const opened: Surface[] = []
afterEach(async () => {
  for (const surface of opened.splice(0)) await surface[Symbol.asyncDispose]()
})

async function open(): Promise<{ readonly surface: Surface; readonly get: (path: string) => Promise<string> }> {
  const address = `127.0.0.1:${await freePort()}`
  const surface = await openSurface({
    options: {
      addresses: { metrics: address, health: address, webhook: address },
      dashboard: { address, tokenFile: undefined, writable: false },
    },
    metrics: openMetrics(),
    log: keepingLog(),
  })
  opened.push(surface)
  const get = async (path: string): Promise<string> => {
    const answer = await fetch(`http://${address}${path}`)
    return `${answer.status} ${(await answer.text()).split('\n')[0] ?? ''}`
  }
  return { surface, get }
}

const parts = {
  checks: { ready: () => [{ name: 'redis', ok: true }], alive: () => [] },
  webhooks: new Hono().all('/hook/x', (context) => context.text('heard')),
  board: new Hono().get('/queues', (context) => context.text('board')),
}

it('is alive and not ready while it starts; what comes later asks to come back', async () => {
  const { get } = await open()
  expect(await get('/healthz')).toBe('200 healthz check passed')
  expect(await get('/readyz')).toMatch(/^503 \[-\]running failed/)
  expect(await get('/hook/x')).toBe('503 starting')
  expect(await get('/metrics')).toMatch(/^200 /)
})

it('shows everything when it is there, on one address if that is asked for', async () => {
  const { surface, get } = await open()
  surface.show(parts)
  expect(await get('/readyz')).toBe('200 [+]running ok')
  expect(await get('/hook/x')).toBe('200 heard')
  expect(await get('/queues')).toBe('200 board')
  expect(await get('/elsewhere')).toBe('404 not found')
})

it('is alive and not ready while it ends', async () => {
  const { surface, get } = await open()
  surface.show(parts)
  surface.drain()
  expect(await get('/readyz')).toMatch(/^503 \[-\]running failed: the process is ending/)
  expect(await get('/healthz')).toMatch(/^200 /)
})
