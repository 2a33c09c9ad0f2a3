import { z } from '../../schema.ts'
import { imageNews } from '../images.ts'
import { readPayload } from '../payload.ts'
import { ignored, nothing, unasked, type News, type Sender } from '../sender.ts'

const named = z.object({ id: z.string().optional(), source: z.string() })

const pushed = z.object({
  account: z.string(),
  region: z.string(),
  detail: z.object({
    result: z.string(),
    'action-type': z.string(),
    'repository-name': z.string(),
    'image-tag': z.string().optional(),
  }),
})

const cloudEvent = z.object({
  type: z.string(),
  data: z.object({ repositoryName: z.string(), imageTag: z.string().optional() }),
})

/** Amazon's registry by way of EventBridge, as it tells it or made into CloudEvents. */
export const ecr: Sender = {
  proofs: [
    { by: 'token', header: 'x-tagboat-token', prefix: '' },
    { by: 'token', header: 'x-webhook-secret', prefix: '' },
  ],
  id: ({ payload }) => readPayload(named, payload).id,
  images: ({ payload }) => {
    const { source } = readPayload(named, payload)
    if (source === 'aws.ecr') return eventBridge(payload)
    const [, region, account] = /^urn:aws:ecr:([a-z0-9-]+):(\d+)(?::|$)/.exec(source) ?? []
    if (region === undefined || account === undefined) return nothing('no event of a registry')
    const { type, data } = readPayload(cloudEvent, payload)
    if (!type.startsWith('com.amazon.ecr.')) return unasked(type)
    return ecrNews({ region, account, repository: data.repositoryName, tag: data.imageTag })
  },
}

function eventBridge(payload: unknown): News {
  const type = readPayload(z.object({ 'detail-type': z.string() }), payload)['detail-type']
  if (type !== 'ECR Image Action') return unasked(type)
  const { account, region, detail } = readPayload(pushed, payload)
  const { result, 'action-type': action } = detail
  if (result !== 'SUCCESS' || action !== 'PUSH') return ignored(`${action} ${result}`)
  return ecrNews({ region, account, repository: detail['repository-name'], tag: detail['image-tag'] })
}

interface Pushed {
  readonly region: string
  readonly account: string
  readonly repository: string
  readonly tag: string | undefined
}

/** An image that is pushed by digest alone has no tag. */
function ecrNews({ region, account, repository, tag }: Pushed): News {
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'
  const name = `${account}.dkr.ecr.${region}.${domain}/${repository}`
  return imageNews([{ name, hasHost: true, tags: tag === undefined ? [] : [tag] }])
}
