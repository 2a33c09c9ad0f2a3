import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** What happens to the bytes of one direction. */
interface DirectionChaos {
  /** Before each chunk. */
  readonly latencyMs?: number
  readonly bytesPerSecond?: number
  /** After so many bytes: `half-close` ends this direction alone, `reset` both with a TCP RST, `end` both. */
  readonly cut?: { readonly after: number; readonly how: 'half-close' | 'reset' | 'end' }
  /** Takes everything and passes nothing on. */
  readonly blackHole?: boolean
  /** Passes each chunk on twice. */
  readonly duplicate?: boolean
}

/** What happens on the way to a server and back. */
export interface Chaos {
  readonly toServer?: DirectionChaos
  readonly toClient?: DirectionChaos
  /** Another status in every answer that starts a chunk. */
  readonly status?: number
}

/** A TCP proxy in front of one server that does to connections what networks do. */
export interface ChaosProxy extends AsyncDisposable {
  /** `127.0.0.1:PORT`, to be used instead of the server's own. */
  readonly host: string
  /** From now on, for open connections too; `{}` is a good network. */
  set(chaos: Chaos): void
  /** Nothing passes any more through the connections of now, which stay open; later ones are as `set` says. */
  deaden(): void
}

/** Opens a proxy to `127.0.0.1:port`. */
export async function openChaosProxy(port: number, first: Chaos = {}): Promise<ChaosProxy> {
  let chaos = first
  let generation = 0
  const sockets = new Set<Socket>()
  const closing = new AbortController()
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const upstream = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    const born = generation
    const way = (chosen: DirectionChaos | undefined): DirectionChaos =>
      born === generation ? (chosen ?? {}) : { blackHole: true }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket))
    }
    const ways: Way[] = [
      { from: client, to: upstream, direction: () => way(chaos.toServer), edit: (chunk) => chunk },
      {
        from: upstream,
        to: client,
        direction: () => way(chaos.toClient),
        edit: (chunk) => rewriteStatus(chunk, chaos.status),
      },
    ]
    for (const each of ways) {
      carry(each, closing.signal).catch(() => [client, upstream].forEach((socket) => socket.destroy()))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: (next) => {
      chaos = next
    },
    deaden: () => {
      generation += 1
    },
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

interface Way {
  readonly from: Socket
  readonly to: Socket
  readonly direction: () => DirectionChaos
  readonly edit: (chunk: Buffer) => Buffer
}

async function carry({ from, to, direction, edit }: Way, signal: AbortSignal): Promise<void> {
  let carried = 0
  for await (const chunk of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    const { latencyMs = 0, bytesPerSecond = Infinity, cut, blackHole, duplicate } = direction()
    await pause(latencyMs + (chunk.length / bytesPerSecond) * 1000, signal)
    if (blackHole === true) continue
    const bytes = edit(duplicate === true ? Buffer.concat([chunk, chunk]) : chunk)
    const left = (cut?.after ?? Infinity) - carried
    carried += bytes.length
    to.write(bytes.subarray(0, Math.max(0, left)))
    if (cut !== undefined && bytes.length >= left) return end(from, to, cut.how)
  }
  to.end()
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal })
}

function end(from: Socket, to: Socket, how: 'half-close' | 'reset' | 'end'): void {
  if (how === 'half-close') to.end()
  if (how === 'end') for (const socket of [from, to]) socket.destroySoon()
  if (how === 'reset') for (const socket of [from, to]) socket.resetAndDestroy()
}

function rewriteStatus(chunk: Buffer, status: number | undefined): Buffer {
  if (status === undefined) return chunk
  return Buffer.from(chunk.toString('latin1').replace(/^HTTP\/1\.1 \d{3}/, `HTTP/1.1 ${status}`), 'latin1')
}
