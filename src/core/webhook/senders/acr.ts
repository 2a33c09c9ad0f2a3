import { z } from '../../schema.ts'
import { imageNews } from '../images.ts'
import { readPayload } from '../payload.ts'
import { unasked, type Delivery, type Sender } from '../sender.ts'

const acted = z.object({ action: z.string(), id: z.string().optional() })
const push = z.object({
  target: z.object({ repository: z.string(), tag: z.string().optional() }),
  request: z.object({ host: z.string() }),
})

const actionOf = ({ payload }: Delivery): string => readPayload(acted, payload).action

/** Azure Container Registry: it signs nothing, but its custom header may carry the token. */
export const acr: Sender = {
  proofs: [
    { by: 'token', header: 'authorization', prefix: '' },
    { by: 'path', unless: 'authorization' },
  ],
  event: actionOf,
  id: ({ payload }) => readPayload(acted, payload).id,
  images: (delivery) => {
    const action = actionOf(delivery)
    if (action !== 'push') return unasked(action)
    const { target, request } = readPayload(push, delivery.payload)
    const tags = target.tag === undefined ? [] : [target.tag]
    return imageNews([{ name: `${request.host}/${target.repository}`, hasHost: true, tags }])
  },
}
