import type { ObjectRef } from '#core/api/object-ref.ts'
import type { RunningJob } from '../job.ts'
import { ask } from './ask.ts'
import { renewLock, type JobLock } from './lock.ts'

/** What a job may keep of its explanation at a time. */
const mostLines = 100
const longestLine = 8192
const longestText = 64 * 1024

/** A job as the work sees it. */
export function runningJob(
  lock: JobLock,
  { id, key, redact }: { readonly id: string; readonly key: ObjectRef; readonly redact: (text: string) => string },
): RunningJob {
  return {
    id,
    key,
    explain: async (lines) => {
      if (lines.length === 0) return
      // An explanation is for people who look; the work does not depend on it.
      await ask(async () => lock.job.log(logText(lines, redact))).catch(() => undefined)
    },
    // Renewed, and not only read: what follows may take a moment.
    holdsLock: async (signal) => renewLock(lock, signal).catch(() => false),
  }
}

/** Several lines are one entry, since each entry is a command to Redis. */
function logText(lines: readonly string[], redact: (text: string) => string): string {
  const kept = lines.slice(0, mostLines).map((line) => redact(line).slice(0, longestLine))
  const text = kept.join('\n').slice(0, longestText)
  return lines.length > mostLines ? `${text}\n… and ${lines.length - mostLines} lines more` : text
}
