import { Queue } from 'bullmq'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { boardApp } from '#controller/board.ts'
import { Secret } from '#core/secret/secret.ts'
import { startRedis, type RedisService } from '../services/redis.ts'
import { testClock, testLog } from '../io/registry/harness.ts'

const token = 'a-token-that-is-long-enough'
const bearer = { authorization: `Bearer ${token}` }

let redis: RedisService
let queue: Queue
beforeAll(async () => {
  redis = await startRedis()
  queue = new Queue('scan', { connection: { path: redis.socket } })
  await queue.add('scan', { v: 1, group: 'tagboat.dev', kind: 'ImageRepository', namespace: 'apps', name: 'web' })
})
afterAll(async () => {
  await queue.close()
  await redis[Symbol.asyncDispose]()
})

function board(writable = false) {
  const clock = testClock()
  const log = testLog()
  const app = boardApp({ queues: [queue], token: new Secret(token), writable, clock, log })
  const ask = async (path: string, init: RequestInit = {}) => app.request(`http://board.example${path}`, init)
  const login = async (given: string, headers: Record<string, string> = {}) =>
    ask('/queues/login', { method: 'POST', body: new URLSearchParams({ token: given }), headers })
  /** The cookie as a browser sends it back. */
  const cookie = async () => ((await login(token)).headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  return { ask, login, cookie, clock, log }
}

describe('the page', () => {
  it('is there for who knows the token, with everything it needs', async () => {
    const { ask } = board()
    const page = await ask('/queues', { headers: bearer })
    expect(page.status).toBe(200)
    const html = await page.text()
    expect(html).toContain('<base href="/queues/" />')
    const [script = ''] = /static\/js\/main\.[0-9a-f]+\.js/.exec(html) ?? []
    const loaded = await ask(`/queues/${script}`, { headers: bearer })
    expect(loaded.status).toBe(200)
    expect((await loaded.text()).length).toBeGreaterThan(10_000)
  })

  it('loads nothing from elsewhere and stands in no frame', async () => {
    const { headers } = await board().ask('/queues', { headers: bearer })
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(headers.get('x-frame-options')).toBe('DENY')
  })

  it('shows the jobs', async () => {
    const answer = await board().ask('/queues/api/queues?activeQueue=scan&status=waiting&page=1', { headers: bearer })
    expect(await answer.json()).toMatchObject({
      queues: [{ name: 'scan', readOnlyMode: true, counts: { waiting: 1 }, jobs: [{ data: { name: 'web' } }] }],
    })
  })

  it('with a slash behind it leads to the one without', async () => {
    const answer = await board().ask('/queues/', { headers: bearer })
    expect([answer.status, answer.headers.get('location')]).toEqual([308, '/queues'])
  })
})

describe('the door', () => {
  it.each([
    ['/queues', { accept: 'text/html' }, 303],
    ['/queues/', { accept: 'text/html' }, 303],
    ['/queues/api/queues', { accept: 'application/json' }, 401],
    ['/queues/static/favicon.ico', {}, 401],
    ['/queues', { authorization: 'Bearer wrong', accept: 'text/html' }, 401],
    ['/queues', { authorization: `Basic ${btoa(`x:${token}`)}` }, 401],
    ['/queues', { cookie: `tagboat_dashboard=${token}` }, 401],
  ])('lets nobody to %s with %j', async (path, headers, status) => {
    expect((await board().ask(path, { headers })).status).toBe(status)
  })

  it('opens to the token in the form, for a working day', async () => {
    const { ask, login, cookie, clock } = board()
    const form = await ask('/queues/login')
    expect(await form.text()).toContain('<form method="post" action="/queues/login">')
    const answer = await login(token)
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/queues'])
    expect(answer.headers.get('set-cookie')).toMatch(
      /^tagboat_dashboard=[\w.-]+; Max-Age=28800; Path=\/queues; HttpOnly; SameSite=Strict$/,
    )
    const headers = { cookie: await cookie() }
    expect((await ask('/queues', { headers })).status).toBe(200)
    clock.pass(8 * 3_600_000)
    expect((await ask('/queues', { headers })).status).toBe(401)
  })

  it('gives the ticket to TLS alone where the browser came by TLS', async () => {
    const answer = await board().login(token, { 'x-forwarded-proto': 'https' })
    expect(answer.headers.get('set-cookie')).toContain('; Secure')
  })

  it('takes the ticket back', async () => {
    const { ask, cookie } = board()
    const headers = { cookie: await cookie(), 'sec-fetch-site': 'same-origin' }
    const answer = await ask('/queues/logout', { method: 'POST', headers })
    expect(answer.headers.get('set-cookie')).toMatch(/^tagboat_dashboard=; Max-Age=0; Path=\/queues/)
  })

  it('says so where the token is wrong, and after five times that it is too early', async () => {
    const { login, ask, clock, log } = board()
    for (let times = 0; times < 5; times += 1) {
      const answer = await login('wrong')
      expect(answer.status).toBe(401)
      expect(await answer.text()).toContain('this is not the token')
    }
    expect(log.warnings).toHaveLength(5)
    const early = await login(token)
    expect(early.status).toBe(429)
    expect(await early.text()).toContain('try again in 60 s')
    const other = await ask('/queues', { headers: bearer })
    expect([other.status, other.headers.get('retry-after')]).toEqual([429, '60'])
    clock.pass(60_000)
    expect((await login(token)).status).toBe(303)
  })

  it('reads no more than a token', async () => {
    expect((await board().login('x'.repeat(10_000))).status).toBe(413)
  })
})

describe('changes', () => {
  const pause = { method: 'PUT', headers: bearer }

  it.each([
    ['PUT', '/queues/api/queues/scan/pause'],
    ['PUT', '/queues/api/queues/pause'],
    ['PUT', '/queues/api/queues/scan/obliterate'],
    ['POST', '/queues/api/queues/scan/add'],
    ['PATCH', '/queues/api/queues/scan/1/update-data'],
    ['DELETE', '/queues/api/queues/scan'],
  ])('are refused: %s %s', async (method, path) => {
    const answer = await board().ask(path, { method, headers: bearer })
    expect([answer.status, await answer.json()]).toEqual([
      403,
      { error: 'this dashboard may not change anything (--dashboard-write)' },
    ])
    expect(await queue.isPaused()).toBe(false)
  })

  it('are made where they are permitted', async () => {
    const { ask } = board(true)
    expect((await ask('/queues/api/queues/scan/pause', pause)).status).toBe(200)
    expect(await queue.isPaused()).toBe(true)
    expect((await ask('/queues/api/queues/scan/resume', pause)).status).toBe(200)
    expect(await queue.isPaused()).toBe(false)
  })

  it.each([
    { what: 'of another site', headers: { 'sec-fetch-site': 'cross-site' }, status: 403 },
    { what: 'of another host', headers: { origin: 'http://evil.example', host: 'board.example' }, status: 403 },
    { what: 'of no page', headers: {}, status: 403 },
    { what: 'of ours', headers: { 'sec-fetch-site': 'same-origin' }, status: 200 },
    {
      what: 'of ours in an old browser',
      headers: { origin: 'http://board.example', host: 'board.example' },
      status: 200,
    },
  ])('by ticket come from a page $what: $status', async ({ headers, status }) => {
    const { ask, cookie } = board(true)
    const sent = { ...headers, cookie: await cookie() }
    const answer = await ask('/queues/api/queues/scan/resume', {
      method: 'PUT',
      headers: sent as Record<string, string>,
    })
    expect(answer.status).toBe(status)
  })
})
