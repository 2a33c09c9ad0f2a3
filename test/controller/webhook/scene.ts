import { createHmac } from 'node:crypto'
import type { Hono } from 'hono'
import type { ObjectRef } from '#core/api/object-ref.ts'
import { hookOf, type Hook, type HookOwner } from '#core/webhook/hook.ts'
import type { Clock, Log } from '#flow/ports.ts'
import { systemHashes } from '#io/hash.ts'
import { webhookApp, type WebhookOptions } from '#controller/webhook/app.ts'
import { hookOwner, hookSecret, token } from '../../core/webhook/examples.ts'

export { hookOwner, hookSecret, token }

/** A clock that moves when it is told to; sleepers wake when their time has come. */
export class TestClock implements Clock {
  #now = Date.parse('2026-01-05T13:30:12Z')
  readonly #sleepers: { readonly at: number; readonly wake: () => void }[] = []

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#now
  }

  random(): number {
    return 0.5
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    if (signal.aborted) throw signal.reason
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
    this.#sleepers.push({ at: this.#now + ms, wake: resolve })
    return promise
  }

  /** Lets time pass, and what waits for it run. */
  async pass(ms: number): Promise<void> {
    this.#now += ms
    for (const { at, wake } of this.#sleepers) if (at <= this.#now) wake()
    await settled()
  }
}

/** Lets everything run that waits for nothing but its turn. */
async function settled(): Promise<void> {
  await new Promise((resolve) => void setImmediate(resolve))
}

export interface Line {
  readonly level: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** A log that can be read back. */
export function memoryLog(): Log & { readonly lines: readonly Line[] } {
  const lines: Line[] = []
  const at =
    (level: string): Log['info'] =>
    (message, fields = {}) =>
      void lines.push({ level, message, fields })
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** The hook of an object, which must have one. */
export function hookAt(owner: HookOwner, secret = hookSecret()): Hook {
  const hook = hookOf(owner, { secret, sha256: systemHashes.sha256 })
  if (hook === undefined) throw new Error('the object has no hook')
  return hook
}

export interface Scene {
  readonly app: Hono
  readonly clock: TestClock
  readonly log: ReturnType<typeof memoryLog>
  /** What was announced, as `kind name`. */
  readonly announced: string[]
  /** `type code` of every answer. */
  readonly seen: string[]
  readonly post: (path: string, body: string, headers?: Readonly<Record<string, string>>) => Promise<Response>
}

/** The receiver over some hooks. */
export function openScene(hooks: readonly Hook[], options: Partial<WebhookOptions> = {}): Scene {
  const clock = new TestClock()
  const log = memoryLog()
  const announced: string[] = []
  const seen: string[] = []
  const app = webhookApp({
    lookup: async (path) => hooks.filter((hook) => hook.path === path),
    announce: async ({ kind, name }: ObjectRef) => void announced.push(`${kind} ${name}`),
    googleKeys: async () => ({ keys: [] }),
    onSeen: (type, code) => void seen.push(`${type} ${code}`),
    signal: new AbortController().signal,
    clock,
    log,
    ...options,
  })
  const post: Scene['post'] = async (path, body, headers = { 'content-type': 'application/json' }) =>
    app.request(path, { method: 'POST', body, headers: { ...headers } })
  return { app, clock, log, announced, seen, post }
}

/** `sha256=<hex>` over a body by the token. */
export function signed(
  body: string,
  {
    hash = 'sha256',
    prefix,
    by = token,
  }: { readonly hash?: string; readonly prefix?: string; readonly by?: string } = {},
): string {
  return (prefix ?? `${hash}=`) + createHmac(hash, by).update(body).digest('hex')
}
