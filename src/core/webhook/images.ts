import { isAppError } from '../error.ts'
import { isTag, parseImageRef, type ImageName, type Tag } from '../image/reference.ts'
import { nothing, type AnnouncedImage, type News } from './sender.ts'

/** Tags of signatures and the like, which never are a version. */
const artefact = /^sha256-[a-f0-9]{64}(\.(sig|att|sbom))?$/

/** As many images are read of one delivery. */
const maxImages = 100

/** An image as it stands in a payload, before anything is known of it. */
export interface NamedImage {
  /** `host/path`, or with `hasHost: false` the path alone; a tag or digest behind it is cut off. */
  readonly name: string
  readonly hasHost: boolean
  /** Undefined: the sender does not say; an empty list: none. */
  readonly tags?: readonly unknown[] | undefined
}

/**
 * News of the images that have legal names, and among their tags a legal one that is no signature; of images without
 * any tag where the sender does not tell tags. Docker Hub's short names are completed only where a host may stand.
 */
export function imageNews(named: readonly NamedImage[]): News {
  const images = named.slice(0, maxImages).flatMap(announced)
  return images.length === 0 ? nothing('no image with a legal name and tag') : { is: 'images', images }
}

function announced({ name, hasHost, tags }: NamedImage): readonly AnnouncedImage[] {
  // A path without host is given one, so that it goes through the same grammar.
  const ref = parsed(hasHost ? name : `localhost/${name}`)
  if (ref === undefined) return []
  const said: readonly unknown[] | undefined = tags ?? (ref.tag === undefined ? undefined : [ref.tag])
  const versions = (said ?? []).filter(
    (tag): tag is Tag => typeof tag === 'string' && isTag(tag) && !artefact.test(tag),
  )
  if (said !== undefined && versions.length === 0) return []
  return [{ host: hasHost ? ref.name.host : undefined, path: ref.name.path, tags: versions }]
}

function parsed(text: string): { readonly name: ImageName; readonly tag?: Tag } | undefined {
  try {
    return parseImageRef(text, 'webhook')
  } catch (error) {
    if (isAppError(error)) return undefined
    throw error
  }
}

/** Is it this image? By canonical name, or by the end of the name where the sender tells no host. */
export function isAnnounced({ host, path }: AnnouncedImage, image: ImageName): boolean {
  if (host !== undefined) return host === image.host && path === image.path
  return `${image.host}/${image.path}`.endsWith(`/${path}`)
}
