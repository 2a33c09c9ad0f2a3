import { z } from '../../schema.ts'
import { imageNews } from '../images.ts'
import { readPayload } from '../payload.ts'
import type { Sender } from '../sender.ts'

const push = z.object({
  docker_url: z.string(),
  updated_tags: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]),
})

/** Quay: it signs nothing, so the path is the secret. */
export const quay: Sender = {
  proofs: [{ by: 'path' }],
  images: ({ payload }) => {
    const { docker_url: name, updated_tags: tags } = readPayload(push, payload)
    return imageNews([{ name, hasHost: true, tags: Array.isArray(tags) ? tags : Object.keys(tags) }])
  },
}
