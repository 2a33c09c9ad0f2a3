import type { Job } from 'bullmq'
import type { ObjectRef } from '#core/api/object-ref.ts'
import type { RunningJob } from '../job.ts'
import { ask } from './ask.ts'

/** What a job may keep of its explanation at a time. */
const mostLines = 100
const longestLine = 8192
const longestText = 64 * 1024

interface RunningJobOptions {
  readonly key: ObjectRef
  /** For how long the lock is renewed. */
  readonly lockMs: number
  readonly redact: (text: string) => string
}

/** A job as the work sees it. `token` proves that this process took it. */
export function runningJob(job: Job, token: string, { key, lockMs, redact }: RunningJobOptions): RunningJob {
  return {
    id: `${job.queueName}/${job.id ?? ''}`,
    key,
    explain: async (lines) => {
      if (lines.length === 0) return
      // An explanation is for people who look; the work does not depend on it.
      await ask(async () => job.log(logText(lines, redact))).catch(() => undefined)
    },
    holdsLock: async (signal) => {
      // Renewed, and not only read: what follows may take a moment.
      const renewed = await ask(async () => job.extendLock(token, lockMs), signal).catch(() => 0)
      return renewed === 1
    },
  }
}

/** Several lines are one entry, since each entry is a command to Redis. */
function logText(lines: readonly string[], redact: (text: string) => string): string {
  const kept = lines.slice(0, mostLines).map((line) => redact(line).slice(0, longestLine))
  const text = kept.join('\n').slice(0, longestText)
  return lines.length > mostLines ? `${text}\n… and ${lines.length - mostLines} lines more` : text
}
