import type { Hono } from 'hono'
import type { Clock, Log, ResourceReader } from '#flow/ports.ts'
import type { Announce } from './announcer.ts'
import { webhookApp } from './app.ts'
import { openGoogleKeys } from './google-keys.ts'
import { Hooks } from './hooks.ts'

/** What both drivers give to receive webhooks. */
export interface WebhooksOptions {
  readonly resources: Pick<ResourceReader, 'list' | 'secret'>
  /**
   * Notes that there is news for an ImageRepository or GitRepository and has it looked at. Called at once, then at most
   * once a second for each object. Rejects where it cannot be noted: the sender is asked to come again.
   */
  readonly announce: Announce
  readonly clock: Clock
  readonly log: Log
  /** For proxies on the way to Google's keys. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly userAgent: string
  /** Told of every answer: the sender's type (`unknown` for no hook) and the HTTP status. */
  readonly onSeen?: (type: string, code: number) => void
}

/** The receiver of webhooks. Disposing ends what is under way. */
export interface Webhooks extends AsyncDisposable {
  /** Serves `POST /hook/<sha256>`. */
  readonly app: Hono
  /** To be called when a resource or a Secret has changed; cheap. Without it a change is seen within a minute. */
  changed(): void
}

/** Opens the receiver; nothing is read or contacted yet. */
export function openWebhooks(options: WebhooksOptions): Webhooks {
  const { onSeen, announce, clock, log } = options
  const closing = new AbortController()
  const keys = openGoogleKeys(options)
  const hooks = new Hooks(options)
  const app = webhookApp({
    lookup: async (path, signal) => hooks.lookup(path, signal),
    announce,
    googleKeys: keys.fetch,
    clock,
    log,
    signal: closing.signal,
    ...(onSeen !== undefined && { onSeen }),
  })
  return {
    app,
    changed: () => hooks.changed(),
    [Symbol.asyncDispose]: async () => {
      closing.abort()
      await keys[Symbol.asyncDispose]()
    },
  }
}
