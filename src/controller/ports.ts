import type { ObjectEvent } from '#core/api/condition.ts'
import { printObject } from '#core/api/group.ts'
import { keyText, type ObjectRef } from '#core/api/object-ref.ts'
import type { GitRemote, GitWriter, Log, Ports, RateBuckets, ResourceWriter } from '#flow/ports.ts'
import { childLog, teeLog } from '#io/log.ts'
import type { RunningJob } from './job.ts'

/** What all jobs of this process share; what differs from job to job is added by `portsOfJob`. */
export type SharedPorts = Omit<Ports, 'log' | 'fence'> & { readonly log: Log }

/** Lines that a job may keep of what the step has logged. */
const mostLines = 60

/** The ports of one job: every line of its log names the object, and a push needs the job's lock (and leadership). */
export function portsOfJob(
  shared: SharedPorts,
  job: RunningJob,
  mayWrite: () => boolean,
): Ports & { readonly said: () => readonly string[] } {
  const said: string[] = []
  const { group, kind, namespace, name } = job.key
  const own = childLog(shared.log, { group, kind, namespace, name, job: job.id })
  const log = teeLog(own, (line) => {
    if (said.length < mostLines) said.push(line)
  })
  return {
    ...shared,
    log,
    fence: { check: async (signal) => mayWrite() && (await job.holdsLock(signal)) && mayWrite() },
    said: () => said,
  }
}

/** A writer of Git that asks before each push, so that a forge's limit of pushes is kept by all replicas together. */
export function politePushes(writer: GitWriter, buckets: RateBuckets, perMinute: number): GitWriter {
  if (perMinute === 0) return writer
  return {
    commit: async (remote, request, signal) => writer.commit(remote, request, signal),
    push: async (remote, request, signal) => {
      await buckets(`push:${nameOf(remote)}`, { perSecond: perMinute / 60, burst: perMinute }).take(signal)
      return writer.push(remote, request, signal)
    },
  }
}

/** Scheme, host and path, without credentials, which may also stand in a query. */
function nameOf({ url }: GitRemote): string {
  return `${url.origin}${url.path}`
}

/** Tells somebody of events, without waiting. */
export type Tell = (key: ObjectRef, events: readonly ObjectEvent[]) => void

/** What is told about an object also goes elsewhere: to Flux's notification-controller, and into the log. */
export function announcingEvents(writer: ResourceWriter, log: Log, tell: Tell): ResourceWriter {
  return {
    putStatus: async (target, status, signal) => writer.putStatus(target, status, signal),
    putEvents: async (key, events, signal) => {
      tell(key, events)
      for (const { type, reason, message } of events) {
        const fields = { reason, group: key.group, kind: key.kind, namespace: key.namespace, name: key.name }
        log[type === 'Warning' ? 'warn' : 'info'](`${printObject(key)}: ${message}`, fields)
      }
      // An event that cannot be posted is no reason to do the work again.
      await writer.putEvents(key, events, signal).catch((error: unknown) => {
        log.warn(`the events of ${keyText(key)} could not be posted`, { error })
      })
    },
  }
}
