import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'

/** An HTTP proxy that opens tunnels (CONNECT, RFC 9110 §9.3.6), and leads them where the test says. */
export interface ForwardProxy extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  /** Every tunnel that was asked for, in order. */
  readonly tunnels: readonly { readonly target: string; readonly authorization: string | undefined }[]
}

/** `routes`: `host:port` as the client asks for → a loopback port. Other targets are refused with 502. */
export async function openForwardProxy(routes: Readonly<Record<string, number>>): Promise<ForwardProxy> {
  const tunnels: { target: string; authorization: string | undefined }[] = []
  const sockets = new Set<Socket>()
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
  }
  const server = createServer((_incoming, outgoing) => outgoing.writeHead(405).end())
  server.on('connection', keep)
  server.on('connect', (request, client: Socket) => {
    const target = request.url ?? ''
    tunnels.push({ target, authorization: request.headers['proxy-authorization'] })
    const port = routes[target]
    if (port === undefined) client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    else tunnel(client, keep(connect(port, '127.0.0.1')))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function tunnel(client: Socket, upstream: Socket): void {
  client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
  client.pipe(upstream).pipe(client)
}
