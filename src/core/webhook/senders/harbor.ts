import { z } from '../../schema.ts'
import { imageNews } from '../images.ts'
import { readPayload } from '../payload.ts'
import { unasked, type Delivery, type Sender } from '../sender.ts'

const typed = z.object({ type: z.string(), id: z.string().optional() })

const artifacts = z.object({
  resources: z.array(z.object({ tag: z.string().optional(), resource_url: z.string().optional() })),
  repository: z.object({ repo_full_name: z.string() }),
})
const push = z.object({ event_data: artifacts })
const cloudEvent = z.object({ data: artifacts })

const typeOf = ({ payload }: Delivery): string => readPayload(typed, payload).type

/** Harbor, in its own format and as CloudEvents; the header is what its field for authentication holds. */
export const harbor: Sender = {
  proofs: [{ by: 'token', header: 'authorization', prefix: '' }],
  event: typeOf,
  id: ({ payload }) => readPayload(typed, payload).id,
  images: (delivery) => {
    const type = typeOf(delivery)
    if (type !== 'PUSH_ARTIFACT' && type !== 'harbor.artifact.pushed') return unasked(type)
    const { resources, repository } =
      type === 'PUSH_ARTIFACT'
        ? readPayload(push, delivery.payload).event_data
        : readPayload(cloudEvent, delivery.payload).data
    return imageNews(
      resources.map(({ tag, resource_url: url }) => ({
        name: url ?? repository.repo_full_name,
        hasHost: url !== undefined,
        // Pushed by digest: there is a tag later, or never.
        tags: tag === undefined ? [] : [tag],
      })),
    )
  },
}
