import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { Hono } from 'hono'
import { serve, type Served, type Surface } from '#controller/server.ts'
import { testLog } from '../io/registry/harness.ts'

const open: AsyncDisposable[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one[Symbol.asyncDispose]()))
})

const log = testLog()

async function served(...surfaces: readonly Surface[]): Promise<Served> {
  const all = await serve(surfaces, log)
  open.push(all)
  return all
}

function surface(flag: string, address: string, path = `/${flag}`): Surface {
  return { flag, address, app: new Hono().get(path, (context) => context.text(`${flag}\n`)) }
}

async function get(url: string | undefined, path: string) {
  const response = await fetch(`${url ?? 'http://nowhere.invalid'}${path}`)
  return `${response.status} ${(await response.text()).trim()}`
}

/** Sends raw text and gives all that comes back. */
async function exchange(url: string | undefined, sent: string): Promise<string> {
  const socket = connect(Number(new URL(url ?? '').port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write(sent)
  return text(socket)
}

describe('surfaces', () => {
  it('share a server where they have one address', async () => {
    const { urls } = await served(surface('a', '127.0.0.1:0'), surface('b', '127.0.0.1:0'), surface('c', 'localhost:0'))
    expect(urls['a']).toBe(urls['b'])
    expect(urls['c']).not.toBe(urls['a'])
    expect(await get(urls['a'], '/a')).toBe('200 a')
    expect(await get(urls['a'], '/b')).toBe('200 b')
    expect(await get(urls['a'], '/c')).toBe('404 not found')
  })

  it('are taken for what they say they are', async () => {
    const { urls } = await served(surface('a', '127.0.0.1:0'))
    const response = await fetch(`${urls['a'] ?? ''}/a`)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('are not served at 0', async () => {
    const { urls } = await served(surface('a', '127.0.0.1:0'), surface('off', '0'))
    expect(Object.keys(urls)).toEqual(['a'])
  })

  it('are reached at every address where none is named', async () => {
    const { urls } = await served(surface('a', ':0'))
    const { port } = new URL(urls['a'] ?? '')
    expect(await get(`http://127.0.0.1:${port}`, '/a')).toBe('200 a')
  })

  it('say nothing of a defect but in the log', async () => {
    const app = new Hono().get('/', () => {
      throw new Error('of a kind')
    })
    const { urls } = await served({ flag: 'a', address: '127.0.0.1:0', app })
    expect(await get(urls['a'], '/')).toBe('500 internal error')
  })

  it('let answers end that are under way, and take nothing new', async () => {
    const waiting = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const app = new Hono().get('/slow', async (context) => {
      begun.resolve()
      await waiting.promise
      return context.text('done')
    })
    const { urls, ...rest } = await serve([{ flag: 'a', address: '127.0.0.1:0', app }], log)
    const answer = get(urls['a'], '/slow')
    await begun.promise
    const closed = rest[Symbol.asyncDispose]()
    await expect(get(urls['a'], '/slow')).rejects.toThrow('fetch failed')
    waiting.resolve()
    expect(await answer).toBe('200 done')
    await closed
  })
})

describe('an address', () => {
  it.each(['8080', 'localhost', ':70000', ':80a', 'http://a:1', '[::1]', '::1:80', ''])(
    '%j is refused',
    async (address) => {
      await expect(serve([surface('--metrics-addr', address)], log)).rejects.toMatchObject({
        code: 'USAGE_INVALID',
        message: `--metrics-addr: expected :8080, 127.0.0.1:8080, [::1]:8080 or 0, got "${address}"`,
      })
    },
  )

  it('that is taken is named with its flag, and what was served before ends', async () => {
    const { urls } = await served(surface('a', '127.0.0.1:0'))
    const { port } = new URL(urls['a'] ?? '')
    const other = surface('--health-addr', `127.0.0.1:${port}`)
    await expect(serve([surface('b', '127.0.0.1:0'), other], log)).rejects.toMatchObject({
      code: 'SERVER_LISTEN_FAILED',
      message: `--health-addr: cannot listen on 127.0.0.1:${port}: the address is in use by another process`,
    })
  })

  it('of another computer is refused', async () => {
    await expect(serve([surface('--x', '192.0.2.1:8080')], log)).rejects.toMatchObject({
      message: '--x: cannot listen on 192.0.2.1:8080: it is no address of this computer',
    })
  })
})

describe('what comes in', () => {
  it('is answered in kind where it is no HTTP', async () => {
    const { urls } = await served(surface('a', '127.0.0.1:0'))
    expect(await exchange(urls['a'], 'hello\r\n\r\n')).toContain('400 Bad Request')
  })

  it('has headers of 16 KiB at most', async () => {
    const { urls } = await served(surface('a', '127.0.0.1:0'))
    const sent = `GET /a HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(17_000)}\r\n\r\n`
    expect(await exchange(urls['a'], sent)).toContain('431 Request Header Fields Too Large')
  })
})
