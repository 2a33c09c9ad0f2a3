import { AppError, isAppError } from '#core/error.ts'
import type { RegistryClient, RegistrySource } from '#flow/ports.ts'
import { startDeadline } from '../http/deadline.ts'
import type { Access } from './access.ts'
import { Content, type ContentDeps } from './content.ts'
import type { Call } from './exchange.ts'
import { findPushTimes } from './push-times.ts'
import { findReferrers } from './referrers.ts'
import type { RequestMeter } from './seen.ts'
import { listTags } from './tags.ts'

/** What the client is made of. */
export interface ClientDeps extends ContentDeps {
  /** Finds out as whom a source is asked. */
  readonly access: (source: RegistrySource, signal: AbortSignal) => Promise<Access>
  readonly meter?: RequestMeter
}

const listMs = 600_000

/** The port over one exchange: each method is one call, with its own count of requests. */
export function registryClient(deps: ClientDeps): RegistryClient {
  const content = new Content(deps)
  const { exchange, memory, config, meter } = deps
  const parts = { exchange, memory, limits: config.limits }
  const calling = async <T>(
    source: RegistrySource,
    signal: AbortSignal,
    work: (call: Call) => Promise<T>,
  ): Promise<T> => {
    try {
      signal.throwIfAborted()
      const access = await deps.access(source, signal)
      return await work({ access, requests: 0, renewals: 0, ...(meter !== undefined && { meter }) })
    } catch (error) {
      const isNamed = isAppError(error) && error.code !== 'CANCELLED'
      throw isNamed || !signal.aborted ? error : stopped(source, signal)
    }
  }
  return {
    async listTags(source, signal) {
      const deadline = startDeadline(signal, listMs)
      try {
        return await calling(source, deadline.signal, (call) => listTags(call, parts, deadline.signal))
      } finally {
        deadline.clear()
      }
    },
    resolve: (source, reference, { fresh }, signal) =>
      calling(source, signal, (call) => content.resolve(call, reference, { fresh, signal })),
    manifest: (source, reference, signal) =>
      calling(source, signal, (call) => content.manifest(call, reference, signal)),
    blob: (source, descriptor, signal) => calling(source, signal, (call) => content.blob(call, descriptor, signal)),
    referrers: (source, digest, signal) =>
      calling(source, signal, (call) => findReferrers(call, digest, { ...parts, signal })),
    pushTimes: (source, signal) => calling(source, signal, (call) => findPushTimes(call, { ...parts, signal })),
  }
}

/** The caller went, or its time was over, while nothing was on the line. */
function stopped({ image }: RegistrySource, { reason }: AbortSignal): AppError {
  const isLate = reason instanceof Error && reason.name === 'TimeoutError'
  return isLate
    ? new AppError('REGISTRY_TIMEOUT', `${image.host}: the time for ${image.path} was over while waiting for a turn`)
    : new AppError('CANCELLED', `${image.host}: stopped`)
}
