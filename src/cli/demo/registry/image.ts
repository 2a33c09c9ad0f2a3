import { gzipSync } from 'node:zlib'
import type { Digest } from '#core/image/digest.ts'
import { digestOf } from './content.ts'

/** An image to make. Equal options give equal bytes, so equal digests. */
export interface ImageOptions {
  readonly repository: string
  readonly tag: string
  /** `os/architecture[/variant]`; several make an index. Default: `linux/amd64` alone, without an index. */
  readonly platforms?: readonly string[]
  /** Epoch ms, for the config's `created`. */
  readonly createdAt?: number
  readonly labels?: Readonly<Record<string, string>>
  /** Annotations of the manifest that the tag names. */
  readonly annotations?: Readonly<Record<string, string>>
}

/** Everything to push for one tag, in the order in which a registry takes it. */
export interface BuiltImage {
  readonly blobs: readonly { readonly digest: Digest; readonly bytes: Uint8Array }[]
  /** The manifest of each platform, where there is an index over them; they go before it. */
  readonly children: readonly BuiltManifest[]
  /** What the tag names. */
  readonly root: BuiltManifest
}

/** A manifest or index with its digest. */
interface BuiltManifest {
  readonly mediaType: string
  readonly digest: Digest
  readonly bytes: Uint8Array
}

const types = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
}

/** Makes a real image by the OCI image specification: a config and one layer with one small file, for each platform. */
export function buildImage(options: ImageOptions): BuiltImage {
  const [first = 'linux/amd64', ...others] = options.platforms ?? []
  if (others.length === 0) {
    const { blobs, manifest } = buildPlatform(options, first, true)
    return { blobs, children: [], root: manifest }
  }
  const platforms = [first, ...others].map((platform) => ({ platform, ...buildPlatform(options, platform, false) }))
  const manifests = platforms.map(({ platform, manifest }) => ({
    ...describe(manifest.mediaType, manifest.bytes),
    platform: splitPlatform(platform),
  }))
  const index = { schemaVersion: 2, mediaType: types.index, manifests, ...annotationsOf(options) }
  return {
    blobs: platforms.flatMap((one) => one.blobs),
    children: platforms.map((one) => one.manifest),
    root: encode(types.index, index),
  }
}

function buildPlatform(options: ImageOptions, platform: string, isTagged: boolean) {
  const text = `${options.repository}:${options.tag} for ${platform}\n`
  const tar = tarOf('etc/image', new TextEncoder().encode(text))
  const layer = gzipSync(tar)
  const created = options.createdAt === undefined ? {} : { created: new Date(options.createdAt).toISOString() }
  const { bytes: config } = encode(types.config, {
    ...created,
    ...splitPlatform(platform),
    config: { Labels: options.labels ?? {} },
    rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
    history: [{ ...created, created_by: 'tagboat' }],
  })
  const manifest = encode(types.manifest, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: describe(types.config, config),
    layers: [describe(types.layer, layer)],
    ...(isTagged ? annotationsOf(options) : {}),
  })
  const blobs = [config, layer].map((bytes) => ({ digest: digestOf(bytes), bytes }))
  return { blobs, manifest }
}

function annotationsOf(options: ImageOptions): object {
  return options.annotations === undefined ? {} : { annotations: options.annotations }
}

function splitPlatform(platform: string): object {
  const [os, architecture, variant] = platform.split('/')
  return { architecture, os, ...(variant === undefined ? {} : { variant }) }
}

function describe(mediaType: string, bytes: Uint8Array) {
  return { mediaType, digest: digestOf(bytes), size: bytes.length }
}

function encode(mediaType: string, value: object): BuiltManifest {
  const bytes = new TextEncoder().encode(JSON.stringify(value))
  return { mediaType, digest: digestOf(bytes), bytes }
}

/** A tar archive (POSIX ustar) of one file. */
function tarOf(path: string, bytes: Uint8Array): Uint8Array {
  const header = Buffer.alloc(512)
  header.write(path, 0)
  header.write('0000644\0', 100)
  header.write('0000000\0'.repeat(2), 108)
  header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('        0', 148)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  const padding = Buffer.alloc((512 - (bytes.length % 512)) % 512)
  return Buffer.concat([header, bytes, padding, Buffer.alloc(1024)])
}
