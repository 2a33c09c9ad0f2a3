import { z } from '../../schema.ts'
import { imageNews } from '../images.ts'
import { readPayload } from '../payload.ts'
import type { Delivery, News, Proof, Sender } from '../sender.ts'

const named = z.object({ image: z.string().optional(), images: z.array(z.string()).max(100).optional() })
const pushed = z.object({ ref: z.string().optional() })

/** Anyone, above all jobs of a CI: whoever knows the path, or whoever signs with the token. */
const genericSender = (proofs: readonly Proof[]): Sender => ({ proofs, images: imagesOf, pushes: refsOf })

export const generic = genericSender([{ by: 'path' }])

export const genericHmac = genericSender([
  { by: 'hmac', header: 'x-signature', prefix: 'sha256=', hash: 'sha256' },
  { by: 'hmac', header: 'x-signature', prefix: 'sha512=', hash: 'sha512' },
])

/** Images may be named; a body without them, or none at all, speaks of all. */
function imagesOf({ payload }: Delivery): News {
  if (payload === undefined) return { is: 'unnamed' }
  const { image, images = [] } = readPayload(named, payload)
  const all = image === undefined ? images : [image, ...images]
  if (all.length === 0) return { is: 'unnamed' }
  return imageNews(all.map((name) => ({ name, hasHost: true })))
}

/** A ref may be named, in full. */
function refsOf({ payload }: Delivery): News {
  if (payload === undefined) return { is: 'unnamed' }
  const { ref } = readPayload(pushed, payload)
  return ref?.startsWith('refs/') === true ? { is: 'refs', refs: [ref] } : { is: 'unnamed' }
}
