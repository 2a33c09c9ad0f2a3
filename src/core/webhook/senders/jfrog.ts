import { z } from '../../schema.ts'
import { imageNews } from '../images.ts'
import { readPayload } from '../payload.ts'
import { unasked, type Delivery, type Sender } from '../sender.ts'

const typed = z.object({ domain: z.string(), event_type: z.string() })
const push = z.object({ data: z.object({ image_name: z.string(), tag: z.string() }) })

const eventOf = ({ payload }: Delivery): string => readPayload(typed, payload).event_type

/**
 * JFrog Artifactory: with or without "use secret for payload signing". The name of an image depends on how its
 * repositories are reached (by host, port or path), so it is taken without host and key of the repository.
 */
export const jfrog: Sender = {
  proofs: [
    { by: 'hmac', header: 'x-jfrog-event-auth', prefix: '', hash: 'sha256' },
    { by: 'token', header: 'x-jfrog-event-auth', prefix: '' },
  ],
  event: eventOf,
  images: (delivery) => {
    const { domain, event_type: event } = readPayload(typed, delivery.payload)
    if (domain !== 'docker' || event !== 'pushed') return unasked(`${domain} ${event}`)
    const { image_name: name, tag } = readPayload(push, delivery.payload).data
    return imageNews([{ name, hasHost: false, tags: [tag] }])
  },
}
