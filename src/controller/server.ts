import { createServer, type Server } from 'node:http'
import { isIPv6 } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { AppError } from '#core/error.ts'
import type { Log } from '#flow/ports.ts'

/** Something to serve and where: `:8080`, `127.0.0.1:8080`, `[::1]:8080`, or `0` for nowhere. */
export interface Surface {
  /** The flag that gives the address, for messages, e.g. `--metrics-addr`. */
  readonly flag: string
  readonly address: string
  readonly app: Hono
}

/** What is served. Disposing takes nothing new, lets running answers end within five seconds, and closes. */
export interface Served extends AsyncDisposable {
  /** `http://host:port` of each flag, where it is served. */
  readonly urls: Readonly<Record<string, string>>
}

/** Of one server. A client that is slower than this, or sends more, is cut off. */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 5000,
  maxHeaderSize: 16 * 1024,
}
const mostConnections = 1024
const closeMs = 5000
const sweepMs = 50

/**
 * Serves everything, what has the same address by one server. `USAGE_INVALID` for an address that cannot be read,
 * `SERVER_LISTEN_FAILED` for one that cannot be had; then nothing is served.
 */
export async function serve(surfaces: readonly Surface[], log: Log): Promise<Served> {
  const wanted = surfaces.map((surface) => ({ ...surface, place: parseAddress(surface) }))
  const byPlace = Map.groupBy(wanted, ({ place }) => (place === undefined ? '' : `${place.host ?? ''} ${place.port}`))
  byPlace.delete('')
  const servers: Server[] = []
  const urls: Record<string, string> = {}
  const close = async (): Promise<void> => {
    await Promise.all(servers.map(closeServer))
  }
  try {
    for (const members of byPlace.values()) {
      const [first] = members
      if (first?.place === undefined) continue
      const server = serverOf(members, log)
      await listen(server, first.place, members)
      servers.push(server)
      for (const { flag } of members) urls[flag] = urlOf(server)
    }
  } catch (error) {
    await close()
    throw error
  }
  return { urls, [Symbol.asyncDispose]: close }
}

interface Place {
  /** Undefined: every address of this computer. */
  readonly host: string | undefined
  readonly port: number
}

function parseAddress({ flag, address }: Pick<Surface, 'flag' | 'address'>): Place | undefined {
  if (address === '0') return undefined
  const { host = '', port = '' } =
    /^(?<host>\[[0-9a-fA-F:.%]+\]|[A-Za-z0-9.-]*):(?<port>[0-9]{1,5})$/.exec(address)?.groups ?? {}
  if (port === '' || Number(port) > 65_535) {
    throw new AppError('USAGE_INVALID', `${flag}: expected :8080, 127.0.0.1:8080, [::1]:8080 or 0, got "${address}"`)
  }
  return { host: host === '' ? undefined : host.replace(/^\[|\]$/g, ''), port: Number(port) }
}

function serverOf(members: readonly Surface[], log: Log): Server {
  const { fetch } = merged(members, log)
  const server = createAdaptorServer({ fetch, createServer, serverOptions: limits }) as Server
  server.maxConnections = mostConnections
  return server
}

/** One app of several, whose paths differ. */
function merged(members: readonly Surface[], log: Log): Hono {
  const app = new Hono()
  app.use(async (context, next) => {
    await next()
    context.header('x-content-type-options', 'nosniff')
  })
  for (const member of members) app.route('/', member.app)
  app.notFound((context) => context.text('not found\n', 404))
  app.onError((error, context) => {
    log.error('an answer over HTTP failed', { error, method: context.req.method, path: context.req.path })
    return context.text('internal error\n', 500)
  })
  return app
}

async function listen(server: Server, { host, port }: Place, members: readonly Surface[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('listening', resolve).once('error', reject)
  server.listen({ port, ...(host !== undefined && { host }) })
  try {
    await promise
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const { flag = '', address = '' } = members[0] ?? {}
    throw new AppError('SERVER_LISTEN_FAILED', `${flag}: cannot listen on ${address}: ${reasons[code] ?? code}`)
  } finally {
    server.removeListener('error', reject)
  }
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'the address is in use by another process',
  EADDRNOTAVAIL: 'it is no address of this computer',
  EACCES: 'this user may not use the port',
  ENOTFOUND: 'the name is not known',
}

function urlOf(server: Server): string {
  const address = server.address()
  if (address === null || typeof address === 'string') return ''
  return `http://${isIPv6(address.address) ? `[${address.address}]` : address.address}:${address.port}`
}

async function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  server.close(resolve)
  // A connection whose answer has ended meanwhile would be kept for the next request.
  const sweep = setInterval(() => server.closeIdleConnections(), sweepMs)
  const timer = setTimeout(() => server.closeAllConnections(), closeMs)
  await promise
  clearInterval(sweep)
  clearTimeout(timer)
}
