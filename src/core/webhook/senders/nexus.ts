import { z } from '../../schema.ts'
import { imageNews } from '../images.ts'
import { readPayload } from '../payload.ts'
import { ignored, unasked, type Delivery, type Sender } from '../sender.ts'

const changed = z.object({
  action: z.string(),
  component: z.object({ format: z.string(), name: z.string(), version: z.string() }),
})

const eventOf = ({ header }: Delivery): string | undefined => header('x-nexus-webhook-id')

/** Nexus Repository: the only sender whose HMAC is taken by SHA-1, since it knows no other. */
export const nexus: Sender = {
  proofs: [{ by: 'hmac', header: 'x-nexus-webhook-signature', prefix: '', hash: 'sha1' }],
  event: eventOf,
  id: ({ header }) => header('x-nexus-webhook-delivery'),
  images: (delivery) => {
    const event = eventOf(delivery)
    if (event !== 'rm:repository:component') return unasked(event)
    const { action, component } = readPayload(changed, delivery.payload)
    if (action !== 'CREATED' && action !== 'UPDATED') return ignored(`component ${action}`)
    if (component.format !== 'docker') return ignored(`component of ${component.format}`)
    return imageNews([{ name: component.name, hasHost: false, tags: [component.version] }])
  },
}
