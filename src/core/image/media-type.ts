const ociIndex = 'application/vnd.oci.image.index.v1+json'
const ociManifest = 'application/vnd.oci.image.manifest.v1+json'
const dockerList = 'application/vnd.docker.distribution.manifest.list.v2+json'
const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json'

/** The media types of manifests that are asked for, always all four: a shorter list makes registries answer schema 1. */
export const manifestTypes: readonly string[] = [ociIndex, ociManifest, dockerList, dockerManifest]

/** Media type of an OCI index, the form in which referrers are listed too. */
export const ociIndexType = ociIndex

const configTypes = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
])

/** What a manifest's media type says it is; undefined for any other. */
export function manifestKindOf(mediaType: string): 'index' | 'image' | undefined {
  if (mediaType === ociIndex || mediaType === dockerList) return 'index'
  return mediaType === ociManifest || mediaType === dockerManifest ? 'image' : undefined
}

/** Is this the old manifest schema 1, signed or not? */
export function isSchema1(mediaType: string): boolean {
  return /^application\/vnd\.docker\.distribution\.manifest\.v1\+(?:json|prettyjws)$/.test(mediaType)
}

/** Is this the configuration of a container image, and not of another artefact? */
export function isImageConfig(mediaType: string): boolean {
  return configTypes.has(mediaType)
}

/** The media type without its parameters, lower case: `Application/JSON; charset=utf-8` → `application/json`. */
export function bareMediaType(contentType: string): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase()
}
