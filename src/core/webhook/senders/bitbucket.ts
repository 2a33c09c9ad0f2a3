import { z } from '../../schema.ts'
import { readPayload } from '../payload.ts'
import { unasked, type Delivery, type News, type Sender } from '../sender.ts'

const end = z.object({ type: z.string(), name: z.string() }).nullish()
const cloud = z.object({ push: z.object({ changes: z.array(z.object({ new: end, old: end })) }) })
const dataCenter = z.object({ changes: z.array(z.object({ ref: z.object({ id: z.string() }) })) })

const eventOf = ({ header }: Delivery): string | undefined => header('x-event-key')

/** Bitbucket Cloud (`repo:push`) and Data Center (`repo:refs_changed`). */
export const bitbucket: Sender = {
  proofs: [{ by: 'hmac', header: 'x-hub-signature', prefix: 'sha256=', hash: 'sha256' }],
  event: eventOf,
  id: ({ header }) => header('x-request-uuid') ?? header('x-request-id'),
  pushes: (delivery) => {
    const event = eventOf(delivery)
    if (event === 'repo:push') return cloudNews(delivery.payload)
    if (event === 'repo:refs_changed') {
      return { is: 'refs', refs: readPayload(dataCenter, delivery.payload).changes.map(({ ref }) => ref.id) }
    }
    return unasked(event)
  },
}

/** A ref that was deleted stands under `old` alone. */
function cloudNews(payload: unknown): News {
  const refs = readPayload(cloud, payload).push.changes.flatMap((change) => {
    const ref = change.new ?? change.old
    return ref ? [`refs/${ref.type === 'tag' ? 'tags' : 'heads'}/${ref.name}`] : []
  })
  return { is: 'refs', refs }
}
