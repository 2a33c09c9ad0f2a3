import { AppError } from '#core/error.ts'
import type { Descriptor, Manifest } from '#core/image/descriptor.ts'
import type { Digest } from '#core/image/digest.ts'
import { isAttestation, isContainerImage } from '#core/image/manifest.ts'
import { isImageConfig } from '#core/image/media-type.ts'
import { printPlatform } from '#core/image/platform.ts'
import type { Tag } from '#core/image/reference.ts'
import type { Fact, TagFacts } from '#core/policy/selection.ts'
import { z } from '#core/schema.ts'
import { parseTime } from '#core/time.ts'

/** The contents of one repository; undefined is what is absent. */
export interface Contents {
  manifest(reference: Tag | Digest): Promise<Manifest | undefined>
  blob(descriptor: Descriptor): Promise<Uint8Array | undefined>
}

type Image = Extract<Manifest, { kind: 'image' }>

const createdAnnotation = 'org.opencontainers.image.created'
const earliest = Date.UTC(2000, 0, 1)
const latestAheadMs = 600_000
const maxDepth = 2
const maxManifests = 64

const imageConfig = z.object({
  created: z.string().optional().catch(undefined),
  os: z.string().optional().catch(undefined),
  architecture: z.string().optional().catch(undefined),
  variant: z.string().optional().catch(undefined),
})

/**
 * The facts behind a tag. `created` and `pushed` are answered by the time of creation: the annotation of the index,
 * then of the image, then the date in its configuration; none if that is before 2000 or ahead of `now` (epoch ms) by
 * more than ten minutes. `REGISTRY_NOT_FOUND` where the tag is gone, else whatever `contents` fails with.
 */
export async function factsOf(
  tag: Tag,
  facts: readonly Fact[],
  { contents, now }: { readonly contents: Contents; readonly now: number },
): Promise<TagFacts> {
  const manifest = await contents.manifest(tag)
  if (manifest === undefined) throw new AppError('REGISTRY_NOT_FOUND', `the tag ${tag} is gone`)
  const { digest } = manifest.descriptor
  if (!isContainerImage(manifest)) return { digest, artifact: true }
  const images = new Images(contents)
  const needsTime = facts.includes('created') || facts.includes('pushed')
  const createdAt = needsTime ? believable(await images.createdAt(manifest), now) : undefined
  return {
    digest,
    ...(createdAt !== undefined && { createdAt }),
    ...(facts.includes('platforms') && { platforms: await images.platforms(manifest) }),
  }
}

function believable(at: number | undefined, now: number): number | undefined {
  return at !== undefined && at >= earliest && at <= now + latestAheadMs ? at : undefined
}

/** Reads the images behind a tag, a bounded number of manifests, each configuration once. */
class Images {
  readonly #contents: Contents
  readonly #configs = new Map<Digest, z.output<typeof imageConfig>>()
  #fetched = 1

  constructor(contents: Contents) {
    this.#contents = contents
  }

  async createdAt(manifest: Manifest, depth = 0): Promise<number | undefined> {
    const annotated = parseTime(manifest.annotations[createdAnnotation] ?? '')
    if (annotated !== undefined) return annotated
    if (manifest.kind === 'image') return parseTime((await this.#config(manifest)).created ?? '')
    const [first] = childrenOf(manifest)
    const child = first === undefined ? undefined : await this.#child(first, depth)
    return child === undefined ? undefined : this.createdAt(child, depth + 1)
  }

  /** `os/arch[/variant]` of each image, in the order of the index, without repetitions. */
  async platforms(manifest: Manifest, depth = 0): Promise<readonly string[]> {
    if (manifest.kind === 'image') return this.#platformOf(manifest)
    const found = new Set<string>()
    for (const entry of childrenOf(manifest)) {
      const known = entry.platform === undefined ? undefined : [printPlatform(entry.platform)]
      const child = known === undefined ? await this.#child(entry, depth) : undefined
      const platforms = known ?? (child === undefined ? [] : await this.platforms(child, depth + 1))
      for (const platform of platforms) found.add(platform)
    }
    return [...found]
  }

  async #platformOf(image: Image): Promise<readonly string[]> {
    const { os, architecture, variant } = await this.#config(image)
    if (os === undefined || architecture === undefined) return []
    return [printPlatform({ os, architecture, ...(variant !== undefined && { variant }) })]
  }

  async #child(entry: Descriptor, depth: number): Promise<Manifest | undefined> {
    if (depth >= maxDepth || this.#fetched >= maxManifests) {
      throw new AppError(
        'REGISTRY_BAD_RESPONSE',
        `an index with more than ${maxManifests} manifests or ${maxDepth} levels`,
      )
    }
    this.#fetched += 1
    return this.#contents.manifest(entry.digest)
  }

  async #config({ config }: Image): Promise<z.output<typeof imageConfig>> {
    const known = this.#configs.get(config.digest)
    if (known !== undefined) return known
    const bytes = isImageConfig(config.mediaType) ? await this.#contents.blob(config) : undefined
    const parsed = imageConfig.safeParse(bytes === undefined ? {} : jsonOf(bytes))
    const read = parsed.success ? parsed.data : {}
    this.#configs.set(config.digest, read)
    return read
  }
}

function childrenOf({ manifests }: Extract<Manifest, { kind: 'index' }>): readonly Descriptor[] {
  return manifests.filter((child) => !isAttestation(child))
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return {}
  }
}
