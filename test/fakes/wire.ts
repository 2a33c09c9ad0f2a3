import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from '#cli/demo/registry/answer.ts'

/** How an answer goes over the line, where that is not all at once and whole. */
export interface Wire {
  /** Wait before the first byte. */
  readonly delayMs?: number
  /** Send only so many bytes of the body, then end the connection, reset it, or say nothing more. */
  readonly cut?: { readonly at: number; readonly how: 'end' | 'reset' | 'stall' }
  /** After the body comes this chunk, for ever. */
  readonly endless?: Uint8Array
  /** One byte of the body at a time. */
  readonly trickleMs?: number
  /** These bytes instead of an HTTP answer; then the connection ends. */
  readonly raw?: Uint8Array
}

/** An answer with what the line does to it. A header may have several values. */
export interface Reply extends Omit<Answer, 'headers'> {
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly wire?: Wire
}

/** Sends a reply. Ends early, without an error, when the other side or the test goes away. */
export async function sendReply(outgoing: ServerResponse, reply: Reply, closing: AbortSignal): Promise<void> {
  const gone = new AbortController()
  outgoing.once('close', () => gone.abort())
  const signal = AbortSignal.any([gone.signal, closing])
  try {
    await sendOn(outgoing, reply, signal)
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

async function sendOn(outgoing: ServerResponse, reply: Reply, signal: AbortSignal): Promise<void> {
  const { wire = {}, body } = reply
  if (wire.delayMs !== undefined) await sleep(wire.delayMs, undefined, { signal })
  if (wire.raw !== undefined) return void outgoing.socket?.end(wire.raw)
  writeHead(outgoing, reply)
  if (wire.cut !== undefined) return cut(outgoing, body.subarray(0, wire.cut.at), wire.cut.how)
  if (wire.trickleMs !== undefined) await trickle(outgoing, body, wire.trickleMs, signal)
  else if (wire.endless !== undefined) await repeat(outgoing, body, wire.endless, signal)
  outgoing.end(wire.trickleMs === undefined ? body : undefined)
}

function writeHead(outgoing: ServerResponse, { status, headers, body, wire }: Reply): void {
  const bodiless = status === 304 || status === 204
  const length = bodiless || wire?.endless !== undefined ? {} : { 'content-length': String(body.length) }
  outgoing.writeHead(status, { ...length, ...headers } as Record<string, string | string[]>)
  outgoing.flushHeaders()
}

function cut(outgoing: ServerResponse, start: Uint8Array, how: 'end' | 'reset' | 'stall'): void {
  outgoing.write(start, () => {
    if (how === 'end') outgoing.destroy()
    if (how === 'reset') outgoing.socket?.resetAndDestroy()
  })
}

async function trickle(outgoing: ServerResponse, body: Uint8Array, everyMs: number, signal: AbortSignal) {
  for (const byte of body) {
    outgoing.write(new Uint8Array([byte]))
    await sleep(everyMs, undefined, { signal })
  }
}

/** As fast as the reader takes it. */
async function repeat(outgoing: ServerResponse, body: Uint8Array, chunk: Uint8Array, signal: AbortSignal) {
  outgoing.write(body)
  while (!signal.aborted) {
    if (!outgoing.write(chunk)) await once(outgoing, 'drain', { signal })
  }
}
