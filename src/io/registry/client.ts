import type { RegistryClient, RegistrySource } from '#flow/ports.ts'
import { startDeadline } from '../http/deadline.ts'
import type { Access } from './access.ts'
import { Content, type ContentDeps } from './content.ts'
import type { Call } from './exchange.ts'
import { findPushTimes } from './push-times.ts'
import { findReferrers } from './referrers.ts'
import { listTags } from './tags.ts'

/** What the client is made of. */
export interface ClientDeps extends ContentDeps {
  /** Finds out as whom a source is asked. */
  readonly access: (source: RegistrySource, signal: AbortSignal) => Promise<Access>
}

const listMs = 600_000

/** The port over one exchange: each method is one call, with its own count of requests. */
export function registryClient(deps: ClientDeps): RegistryClient {
  const content = new Content(deps)
  const { exchange, memory, config } = deps
  const parts = { exchange, memory, limits: config.limits }
  const open = async (source: RegistrySource, signal: AbortSignal): Promise<Call> => {
    signal.throwIfAborted()
    return { access: await deps.access(source, signal), requests: 0, renewals: 0 }
  }
  return {
    async listTags(source, signal) {
      const deadline = startDeadline(signal, listMs)
      try {
        return await listTags(await open(source, deadline.signal), parts, deadline.signal)
      } finally {
        deadline.clear()
      }
    },
    async resolve(source, reference, { fresh }, signal) {
      return content.resolve(await open(source, signal), reference, fresh, signal)
    },
    async manifest(source, reference, signal) {
      return content.manifest(await open(source, signal), reference, signal)
    },
    async blob(source, descriptor, signal) {
      return content.blob(await open(source, signal), descriptor, signal)
    },
    async referrers(source, digest, signal) {
      return findReferrers(await open(source, signal), digest, parts, signal)
    },
    async pushTimes(source, signal) {
      return findPushTimes(await open(source, signal), parts, signal)
    },
  }
}
