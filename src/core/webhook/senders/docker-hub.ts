import { z } from '../../schema.ts'
import { imageNews } from '../images.ts'
import { readPayload } from '../payload.ts'
import type { Sender } from '../sender.ts'

const push = z.object({ repository: z.object({ repo_name: z.string() }), push_data: z.object({ tag: z.string() }) })

/** Docker Hub: it signs nothing, so the path is the secret. `callback_url` is never called. */
export const dockerHub: Sender = {
  proofs: [{ by: 'path' }],
  images: ({ payload }) => {
    const { repository, push_data } = readPayload(push, payload)
    return imageNews([{ name: `docker.io/${repository.repo_name}`, hasHost: true, tags: [push_data.tag] }])
  },
}
