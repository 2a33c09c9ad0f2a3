import { once } from 'node:events'
import { createServer as createPlain, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTls } from 'node:https'
import type { AddressInfo } from 'node:net'
import { TLSSocket } from 'node:tls'
import { buffer } from 'node:stream/consumers'
import type { RegistryRequest } from '#cli/demo/registry/answer.ts'
import { sendReply, type Reply } from './wire.ts'

/** A request as it came in, kept for the test to look at. */
export interface Seen extends RegistryRequest {
  /** Path with the query, as sent. */
  readonly target: string
  /** Common name of the certificate that the client showed. */
  readonly certificate?: string
}

/** A server on a loopback port that records every request and answers as it is told. */
export interface Listener extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, or `https:` with `tls`. */
  readonly url: string
  /** `127.0.0.1:PORT` */
  readonly host: string
  readonly port: number
  /** Every request, in order of arrival. */
  readonly seen: readonly Seen[]
  /** Connections ever accepted. */
  readonly connections: () => number
  /** Forgets what was seen. */
  forget(): void
}

/** A key with its certificate, both PEM; `clients`, an authority: clients are asked for certificates, and none is refused. */
export interface ListenerTls {
  readonly key: string
  readonly cert: string
  readonly clients?: string
}

/** Opens a server. `answer` may change state; what it throws ends the connection. */
export async function openListener(
  answer: (request: Seen) => Reply | Promise<Reply>,
  tls?: ListenerTls,
): Promise<Listener> {
  const seen: Seen[] = []
  const closing = new AbortController()
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const request = await readSeen(incoming)
    seen.push(request)
    await sendReply(outgoing, await answer(request), closing.signal)
  }
  const listen: RequestListener = (incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => outgoing.destroy())
  }
  const server = tls === undefined ? createPlain(listen) : createTls(tlsOptions(tls), listen)
  let accepted = 0
  server.on(tls === undefined ? 'connection' : 'secureConnection', () => (accepted += 1))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    port,
    seen,
    connections: () => accepted,
    forget: () => void seen.splice(0),
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function tlsOptions({ key, cert, clients }: ListenerTls) {
  return { key, cert, ...(clients === undefined ? {} : { ca: clients, requestCert: true, rejectUnauthorized: false }) }
}

async function readSeen(incoming: IncomingMessage): Promise<Seen> {
  const { method = 'GET', url: target = '/', headers } = incoming
  const at = target.indexOf('?')
  const path = at < 0 ? target : target.slice(0, at)
  const query = new URLSearchParams(at < 0 ? '' : target.slice(at + 1))
  const certificate = certificateOf(incoming)
  const body = await buffer(incoming)
  return { method, target, path, query, headers, body, ...(certificate === undefined ? {} : { certificate }) }
}

function certificateOf({ socket }: IncomingMessage): string | undefined {
  const subject = socket instanceof TLSSocket ? socket.getPeerCertificate().subject : undefined
  return subject === undefined ? undefined : String(subject.CN)
}
