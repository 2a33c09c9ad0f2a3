import { keyText } from '#core/api/object-ref.ts'
import type { ScanStore } from '#flow/ports.ts'
import type { JobQueues } from './queue/open.ts'
import type { Announce } from './webhook/announcer.ts'

/**
 * What a webhook brings about: it is noted that there is news, and the object's job is added. Any replica does it, since
 * any may be asked; the job finds out itself whether the news is true.
 */
export function announcer(scans: ScanStore, queues: Pick<JobQueues, 'add'>): Announce {
  return async (object, at, signal) => {
    if (object.kind === 'ImageRepository') await scans.announce(keyText(object), at, signal)
    await queues.add(object)
  }
}
