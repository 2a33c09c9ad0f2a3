import { execFileSync } from 'node:child_process'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { digestOf } from '#cli/demo/registry/content.ts'
import { buildImage, type BuiltImage, type ImageOptions } from '#cli/demo/registry/image.ts'

const base: ImageOptions = { repository: 'team/app', tag: '1.0' }
const json = (bytes: Uint8Array | undefined) => JSON.parse(new TextDecoder().decode(bytes))
const blobOf = (image: BuiltImage, digest: string) => image.blobs.find((blob) => blob.digest === digest)?.bytes

describe('buildImage', () => {
  it('makes one manifest for one platform, every digest and size exact', () => {
    const image = buildImage({ ...base, createdAt: 0, labels: { a: 'b' }, annotations: { c: 'd' } })
    expect(image.children).toEqual([])
    expect(image.root.digest).toBe(digestOf(image.root.bytes))
    const manifest = json(image.root.bytes)
    expect(manifest.annotations).toEqual({ c: 'd' })
    for (const part of [manifest.config, ...manifest.layers]) {
      const blob = blobOf(image, part.digest) ?? new Uint8Array()
      expect({ digest: digestOf(blob), size: blob.length }).toEqual({ digest: part.digest, size: part.size })
    }
    const config = json(blobOf(image, manifest.config.digest))
    expect(config).toMatchObject({
      os: 'linux',
      architecture: 'amd64',
      created: '1970-01-01T00:00:00.000Z',
      config: { Labels: { a: 'b' } },
    })
  })

  it('makes a layer that tar can read and whose content the config names', () => {
    const image = buildImage(base)
    const manifest = json(image.root.bytes)
    const tar = gunzipSync(blobOf(image, manifest.layers[0].digest) ?? '')
    expect(json(blobOf(image, manifest.config.digest)).rootfs.diff_ids).toEqual([digestOf(tar)])
    expect(execFileSync('tar', ['-xO', 'etc/image'], { input: tar }).toString()).toBe('team/app:1.0 for linux/amd64\n')
  })

  it('makes an index over several platforms', () => {
    const image = buildImage({ ...base, platforms: ['linux/amd64', 'linux/arm/v7'] })
    const index = json(image.root.bytes)
    expect(index.manifests.map((one: { platform: object }) => one.platform)).toEqual([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm', variant: 'v7' },
    ])
    expect(index.manifests.map((one: { digest: string }) => one.digest)).toEqual(
      image.children.map((one) => one.digest),
    )
  })

  it.each([
    ['the tag', { tag: '1.1' }],
    ['the date', { createdAt: 1 }],
    ['a label', { labels: { a: 'b' } }],
    ['an annotation', { annotations: { a: 'b' } }],
  ])('gives another digest when %s differs, and the same one when nothing does', (_what, change) => {
    expect(buildImage(base).root.digest).toBe(buildImage({ ...base }).root.digest)
    expect(buildImage({ ...base, ...change }).root.digest).not.toBe(buildImage(base).root.digest)
  })
})
