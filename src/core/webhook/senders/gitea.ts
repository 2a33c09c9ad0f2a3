import { z } from '../../schema.ts'
import { imageNews } from '../images.ts'
import { readPayload } from '../payload.ts'
import { refNews } from '../refs.ts'
import { ignored, unasked, type Delivery, type News, type Sender } from '../sender.ts'

const created = z.object({
  action: z.string(),
  package: z.object({
    type: z.string(),
    name: z.string(),
    version: z.string(),
    owner: z.object({ login: z.string() }),
  }),
})

const eventOf = ({ header }: Delivery): string | undefined => header('x-forgejo-event') ?? header('x-gitea-event')

/** Gitea and Forgejo: packages for images, pushes for sources. */
export const gitea: Sender = {
  proofs: [
    { by: 'hmac', header: 'x-gitea-signature', prefix: '', hash: 'sha256' },
    { by: 'hmac', header: 'x-forgejo-signature', prefix: '', hash: 'sha256' },
    { by: 'hmac', header: 'x-hub-signature-256', prefix: 'sha256=', hash: 'sha256' },
  ],
  event: eventOf,
  id: ({ header }) => header('x-forgejo-delivery') ?? header('x-gitea-delivery'),
  images: (delivery) => (eventOf(delivery) === 'package' ? packageNews(delivery.payload) : unasked(eventOf(delivery))),
  pushes: (delivery) => (eventOf(delivery) === 'push' ? refNews(delivery.payload) : unasked(eventOf(delivery))),
}

/** The payload does not say under which host the registry is reached. */
function packageNews(payload: unknown): News {
  const { action, package: one } = readPayload(created, payload)
  if (action !== 'created' || one.type !== 'container') return ignored(`${one.type} package ${action}`)
  const name = `${one.owner.login}/${one.name}`.toLowerCase()
  // The manifests of an image for several platforms come as versions that are digests.
  return imageNews([{ name, hasHost: false, tags: [one.version] }])
}
