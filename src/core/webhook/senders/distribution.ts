import { z } from '../../schema.ts'
import { imageNews } from '../images.ts'
import { readPayload } from '../payload.ts'
import { unasked, type Delivery, type News, type Sender } from '../sender.ts'

const envelope = z.object({
  events: z.array(
    z.object({
      id: z.string().optional(),
      action: z.string(),
      target: z.object({ repository: z.string().optional(), tag: z.string().optional() }),
      request: z.object({ host: z.string().optional() }).optional(),
    }),
  ),
})

const structured = z.object({ type: z.string(), id: z.string().optional(), data: z.unknown() })
const updated = z.object({ name: z.string(), reference: z.string().optional() })

/** Notifications of the CNCF's registry, and the CloudEvents of zot, which are told by their type. */
export const distribution: Sender = {
  proofs: [{ by: 'token', header: 'authorization', prefix: 'Bearer ' }],
  event: (delivery) => zotEvent(delivery)?.type,
  id: (delivery) => zotEvent(delivery)?.id ?? deliveryId(delivery),
  images: (delivery) => {
    const zot = zotEvent(delivery)
    return zot === undefined ? notificationNews(delivery.payload) : zotNews(zot)
  },
}

interface CloudEvent {
  readonly type: string
  readonly id: string | undefined
  readonly data: unknown
}

/** A CloudEvent in either form: with its attributes in headers, or all in the body. */
function zotEvent({ header, payload }: Delivery): CloudEvent | undefined {
  const type = header('ce-type')
  if (type !== undefined) return { type, id: header('ce-id'), data: payload }
  const parsed = structured.safeParse(payload)
  return parsed.success ? { type: parsed.data.type, id: parsed.data.id, data: parsed.data.data } : undefined
}

/** The prefix of the type can be configured; images that are pushed by digest have no tag. */
function zotNews({ type, data }: CloudEvent): News {
  if (!type.endsWith('image.updated')) return unasked(type)
  const { name, reference } = readPayload(updated, data)
  return imageNews([{ name, hasHost: false, tags: reference === undefined ? [] : [reference] }])
}

/** An envelope holds events of the moment; the first stands for all. */
function deliveryId({ payload }: Delivery): string | undefined {
  const parsed = envelope.safeParse(payload)
  return parsed.success ? parsed.data.events[0]?.id : undefined
}

function notificationNews(payload: unknown): News {
  const named = readPayload(envelope, payload).events.flatMap(({ action, target, request }) => {
    const { repository, tag } = target
    if (action !== 'push' || repository === undefined) return []
    const host = request?.host
    const name = host === undefined ? repository : `${host}/${repository}`
    return [{ name, hasHost: host !== undefined, tags: tag === undefined ? [] : [tag] }]
  })
  return imageNews(named)
}
