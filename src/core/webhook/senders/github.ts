import { z } from '../../schema.ts'
import { imageNews } from '../images.ts'
import { readPayload } from '../payload.ts'
import { refNews } from '../refs.ts'
import { ignored, nothing, unasked, type Delivery, type News, type Sender } from '../sender.ts'

const action = z.object({ action: z.string() })

const published = z.object({
  name: z.string(),
  package_type: z.string(),
  owner: z.object({ login: z.string() }),
  package_version: z
    .object({
      package_url: z.string().nullish(),
      container_metadata: z.object({ tag: z.object({ name: z.string().nullish() }).nullish() }).nullish(),
    })
    .nullish(),
})

const eventOf = ({ header }: Delivery): string | undefined => header('x-github-event')

/** GitHub: packages of ghcr.io for images, pushes for sources. Its older signature, by SHA-1, is not looked at. */
export const github: Sender = {
  proofs: [{ by: 'hmac', header: 'x-hub-signature-256', prefix: 'sha256=', hash: 'sha256' }],
  event: eventOf,
  id: ({ header }) => header('x-github-delivery'),
  images: (delivery) => {
    const event = eventOf(delivery)
    return event === 'package' || event === 'registry_package' ? packageNews(event, delivery.payload) : unasked(event)
  },
  pushes: (delivery) => (eventOf(delivery) === 'push' ? refNews(delivery.payload) : unasked(eventOf(delivery))),
}

/** The two events tell the same, each under its own name. */
function packageNews(event: 'package' | 'registry_package', payload: unknown): News {
  const { action: what } = readPayload(action, payload)
  if (what !== 'published' && what !== 'updated') return ignored(`package ${what}`)
  const { [event]: one } = readPayload(z.object({ [event]: published }), payload)
  if (one === undefined || !['container', 'docker'].includes(one.package_type.toLowerCase())) {
    return nothing('no package of container images')
  }
  // Untagged: a part of an image for several platforms.
  const tag = one.package_version?.container_metadata?.tag?.name ?? ''
  if (tag === '') return nothing('an image without tag')
  const url = one.package_version?.package_url?.replace(/:$/, '') ?? ''
  const name = url === '' ? `ghcr.io/${one.owner.login}/${one.name}`.toLowerCase() : url
  return imageNews([{ name, hasHost: true, tags: [tag] }])
}
