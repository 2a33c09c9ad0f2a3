import type { Descriptor, Manifest } from '#core/image/descriptor.ts'
import type { Digest } from '#core/image/digest.ts'

const imageConfig = 'application/vnd.oci.image.config.v1+json'
const imageType = 'application/vnd.oci.image.manifest.v1+json'

let count = 0

/** Another digest at each call. */
function someDigest(): Digest {
  count += 1
  return `sha256:${count.toString(16).padStart(64, '0')}` as Digest
}

export interface ImageParts {
  readonly config?: unknown
  readonly annotations?: Readonly<Record<string, string>>
  readonly configType?: string
}

/** What a repository holds: manifests and blobs by digest, and what was asked of it. */
export function repository() {
  const manifests = new Map<string, Manifest>()
  const blobs = new Map<string, Uint8Array>()
  const asked: string[] = []

  const image = ({ config, annotations = {}, configType = imageConfig }: ImageParts = {}): Manifest => {
    const descriptor = { mediaType: imageType, digest: someDigest(), size: 1 }
    const configOf = { mediaType: configType, digest: someDigest(), size: 1 }
    if (config !== undefined)
      blobs.set(configOf.digest, Buffer.from(typeof config === 'string' ? config : JSON.stringify(config)))
    const made: Manifest = { kind: 'image', descriptor, config: configOf, layers: [], annotations }
    manifests.set(descriptor.digest, made)
    return made
  }

  const index = (
    entries: readonly {
      readonly of: Manifest
      readonly platform?: Descriptor['platform']
      readonly annotations?: Readonly<Record<string, string>>
    }[],
    annotations: Readonly<Record<string, string>> = {},
  ): Manifest => {
    const descriptor = { mediaType: 'application/vnd.oci.image.index.v1+json', digest: someDigest(), size: 1 }
    const children = entries.map(({ of, platform, annotations: own }) => ({
      ...of.descriptor,
      ...(platform !== undefined && { platform }),
      ...(own !== undefined && { annotations: own }),
    }))
    const made: Manifest = { kind: 'index', descriptor, manifests: children, annotations }
    manifests.set(descriptor.digest, made)
    return made
  }

  const contents = {
    manifest: async (reference: string) => {
      asked.push('manifest')
      return manifests.get(reference)
    },
    blob: async ({ digest }: Descriptor) => {
      asked.push('blob')
      return blobs.get(digest)
    },
  }

  const tag = (name: string, made: Manifest) => void manifests.set(name, made)
  return { image, index, tag, contents, asked }
}
