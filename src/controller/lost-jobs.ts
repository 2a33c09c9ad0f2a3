import type { ObjectRef } from '#core/api/object-ref.ts'
import type { Log } from '#flow/ports.ts'
import type { JobAdder } from './outbox.ts'

const askedAtOnce = 50

/** Those of the objects of which the queue knows nothing; ends early where it does not answer. */
export async function* findLost(
  keys: readonly ObjectRef[],
  { queues, log }: { readonly queues: Pick<JobAdder, 'holds'>; readonly log: Log },
): AsyncGenerator<ObjectRef> {
  for (let index = 0; index < keys.length; index += askedAtOnce) {
    const some = keys.slice(index, index + askedAtOnce)
    let held: readonly boolean[]
    try {
      held = await Promise.all(some.map(async (key) => queues.holds(key)))
    } catch (error) {
      log.debug('jobs cannot be looked for; trying again at the next sweep', { error })
      return
    }
    yield* some.filter((_, place) => held[place] === false)
  }
}
