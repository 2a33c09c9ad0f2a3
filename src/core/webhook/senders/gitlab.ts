import { refNews } from '../refs.ts'
import { unasked, type Delivery, type Sender } from '../sender.ts'

const eventOf = ({ header }: Delivery): string | undefined => header('x-gitlab-event')

/** GitLab: it tells of pushes to its repositories; its registry tells nothing, so any event makes images looked at. */
export const gitlab: Sender = {
  proofs: [{ by: 'token', header: 'x-gitlab-token', prefix: '' }],
  event: eventOf,
  id: ({ header }) => header('x-gitlab-event-uuid') ?? header('idempotency-key'),
  images: () => ({ is: 'unnamed' }),
  pushes: (delivery) => {
    const event = eventOf(delivery)
    return event === 'Push Hook' || event === 'Tag Push Hook' ? refNews(delivery.payload) : unasked(event)
  },
}
