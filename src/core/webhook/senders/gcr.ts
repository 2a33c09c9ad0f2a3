import { fromBase64 } from '../base64.ts'
import { z } from '../../schema.ts'
import { imageNews } from '../images.ts'
import { malformed, parsePayload, readPayload } from '../payload.ts'
import { ignored, type Sender } from '../sender.ts'

const envelope = z.object({ message: z.object({ data: z.string(), messageId: z.string().optional() }) })
const change = z.object({ action: z.string(), tag: z.string().optional() })

/** Google's registries: Pub/Sub pushes the changes of its topic `gcr`, with an ID token. */
export const gcr: Sender = {
  proofs: [{ by: 'google' }],
  id: ({ payload }) => readPayload(envelope, payload).message.messageId,
  images: ({ payload }) => {
    const text = fromBase64(readPayload(envelope, payload).message.data)
    if (text === undefined) throw malformed('message.data: not base64')
    const { action, tag } = readPayload(change, parsePayload(text))
    if (action !== 'INSERT' || tag === undefined) return ignored(tag === undefined ? `${action} without tag` : action)
    return imageNews([{ name: tag, hasHost: true }])
  },
}
