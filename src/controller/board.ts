import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { HonoAdapter } from '@bull-board/hono'
import { serveStatic } from '@hono/node-server/serve-static'
import type { Queue } from 'bullmq'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import type { Secret } from '#core/secret/secret.ts'
import type { Clock, Log } from '#flow/ports.ts'
import { accessToken } from '#io/access-token.ts'
import { door } from './board/door.ts'

export interface BoardOptions {
  /** Queues of BullMQ, in the order in which they are shown. */
  readonly queues: readonly unknown[]
  /** Whoever shows it may look. */
  readonly token: Secret
  /** May whoever looks also retry, remove, pause? */
  readonly writable: boolean
  readonly clock: Pick<Clock, 'now' | 'monotonic'>
  readonly log: Log
  /** Folder of @bull-board/ui, where it is not found by its name (in a bundle). */
  readonly uiBasePath?: string
}

const path = '/queues'
const mostBytes = 64 * 1024

/** Bull Board at `/queues`, behind the token. */
export function boardApp({ queues, token, writable, clock, log, uiBasePath }: BoardOptions): Hono {
  const adapter = new HonoAdapter(serveStatic).setBasePath(path)
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue as Queue, { readOnlyMode: !writable })),
    serverAdapter: adapter,
    options: {
      ...(uiBasePath !== undefined && { uiBasePath }),
      uiConfig: {
        boardTitle: 'Tagboat',
        hideRedisDetails: true,
        environment: { label: writable ? 'may change' : 'read-only', color: '#607d8b' },
      },
    },
  })
  const app = new Hono()
  const headers = securityHeaders()
  app.use(path, headers)
  app.use(`${path}/*`, headers)
  app.route('/', door({ token: accessToken(token, 'dashboard'), path, clock, log }))
  // The page's own switch hides the buttons; this one is what counts.
  app.on(['POST', 'PUT', 'PATCH', 'DELETE'], `${path}/*`, bodyLimit({ maxSize: mostBytes }), async (context, next) => {
    return writable
      ? next()
      : context.json({ error: 'this dashboard may not change anything (--dashboard-write)' }, 403)
  })
  app.get(`${path}/`, (context) => context.redirect(path, 308))
  app.route(path, adapter.registerPlugin())
  return app
}

/** Everything that the page needs comes from here; its fonts from elsewhere are done without. */
function securityHeaders() {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      baseUri: ["'self'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: 'no-referrer',
    xFrameOptions: 'DENY',
    strictTransportSecurity: false,
  })
}
