import { quoteOutside } from '../error.ts'
import type { Hook } from './hook.ts'
import { nothing, type Delivery, type News } from './sender.ts'
import { senders } from './senders/index.ts'

/** Sent by hand to see whether a hook works. */
const pings = ['ping', 'diagnostics:ping']

/**
 * What a delivery says to the object of a hook. Events that `spec.webhook.events` does not list say nothing; one that
 * it lists counts, also where it names nothing that could be compared. `WEBHOOK_MALFORMED`.
 */
export function newsFor({ sender: name, events, follows }: Hook, delivery: Delivery): News {
  const sender = senders[name]
  const event = sender.event?.(delivery)
  if (event !== undefined && pings.includes(event)) return nothing('a ping')
  if (events.length > 0 && event !== undefined && !events.includes(event.toLowerCase())) {
    return nothing(`event "${quoteOutside(event, 60)}" is not listed`)
  }
  const read = 'images' in follows ? sender.images : sender.pushes
  if (read === undefined) return nothing(`${name} tells nothing of such objects`)
  const news = read(delivery)
  return news.is === 'nothing' && news.unasked === true && events.length > 0 ? { is: 'unnamed' } : news
}
