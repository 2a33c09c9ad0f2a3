import { describe, expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import type { Digest } from '#core/image/digest.ts'
import { isAttestation, isContainerImage, parseManifest, parseReferrers } from '#core/image/manifest.ts'

const digest = `sha256:${'ab'.repeat(32)}` as Digest
const ociIndex = 'application/vnd.oci.image.index.v1+json'
const ociManifest = 'application/vnd.oci.image.manifest.v1+json'
const dockerList = 'application/vnd.docker.distribution.manifest.list.v2+json'
const imageConfig = 'application/vnd.oci.image.config.v1+json'

const child = (extra: object = {}) => ({ mediaType: ociManifest, digest, size: 7, ...extra })
const config = { mediaType: imageConfig, digest, size: 3 }
const image = { schemaVersion: 2, config, layers: [{ mediaType: 'x', digest, size: 1 }] }
const index = {
  schemaVersion: 2,
  manifests: [child({ platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } })],
}

const parse = (json: unknown, contentType = '') => parseManifest(json, { contentType, digest, size: 9 })

describe('kinds', () => {
  it.each([
    ['by content type', index, ociIndex, 'index', ociIndex],
    ['by content type with parameters', index, `${dockerList}; charset=utf-8`, 'index', dockerList],
    ['by its own media type', { ...image, mediaType: ociManifest }, 'application/json', 'image', ociManifest],
    ['by its shape', image, 'text/plain', 'image', ''],
    ['by its shape, an index', index, '', 'index', ''],
  ])('%s', (_name, json, contentType, kind, mediaType) => {
    const { kind: found, descriptor } = parse(json, contentType)
    expect([found, descriptor]).toEqual([kind, { mediaType, digest, size: 9 }])
  })

  it('keeps what entries say, and nothing that is no text of an annotation', () => {
    const odd = JSON.parse(
      `{"manifests": [{"digest": "${digest}", "size": 1, "annotations": {"a": "b", "n": 1, "__proto__": "x"}, "platform": "x"}],
        "annotations": null, "artifactType": "application/x"}`,
    ) as unknown
    expect(parse(odd)).toEqual({
      kind: 'index',
      descriptor: { mediaType: '', digest, size: 9, artifactType: 'application/x' },
      annotations: {},
      manifests: [{ mediaType: '', digest, size: 1, annotations: { a: 'b' } }],
    })
  })
})

describe('refusals', () => {
  it.each([
    [
      'schema 1 by type',
      image,
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
      'REGISTRY_MANIFEST_UNSUPPORTED',
    ],
    ['schema 1 by version', { schemaVersion: 1, fsLayers: [] }, '', 'REGISTRY_MANIFEST_UNSUPPORTED'],
    ['both at once', { ...image, ...index }, ociIndex, 'REGISTRY_BAD_RESPONSE'],
    ['neither', { schemaVersion: 2 }, ociIndex, 'REGISTRY_BAD_RESPONSE'],
    ['an image called an index', image, ociIndex, 'REGISTRY_BAD_RESPONSE'],
    ['an image without config', { layers: [] }, '', 'REGISTRY_BAD_RESPONSE'],
    ['an entry without digest', { manifests: [{ size: 1 }] }, '', 'REGISTRY_BAD_RESPONSE'],
    ['a digest with a path in it', { manifests: [child({ digest: 'sha256:../../x' })] }, '', 'REGISTRY_BAD_RESPONSE'],
    ['too many entries', { manifests: Array.from({ length: 513 }, () => child()) }, '', 'REGISTRY_BAD_RESPONSE'],
    ['no object', 'text', '', 'REGISTRY_BAD_RESPONSE'],
    ['null', null, '', 'REGISTRY_BAD_RESPONSE'],
  ])('%s', (_name, json, contentType, code) => {
    expect(codeOf(() => parse(json, contentType))).toBe(code)
  })
})

it.each([
  [{ platform: { os: 'unknown', architecture: 'unknown' } }, true],
  [{ annotations: { 'vnd.docker.reference.type': 'attestation-manifest' } }, true],
  [{ platform: { os: 'linux', architecture: 'amd64' } }, false],
  [{}, false],
])('%j is an attestation: %s', (extra, attestation) => {
  expect(isAttestation({ mediaType: ociManifest, digest, size: 1, ...extra })).toBe(attestation)
})

it.each([
  ['an image', image, true],
  ['an index', index, true],
  ['a chart', { ...image, config: { ...config, mediaType: 'application/vnd.cncf.helm.config.v1+json' } }, false],
  ['a signature in an image manifest', { ...image, artifactType: 'application/vnd.dev.cosign' }, false],
  ['an image that names its config type', { ...image, artifactType: imageConfig }, true],
  ['an index of artefacts', { ...index, artifactType: 'application/x' }, false],
])('%s is a container image: %s', (_name, json, is) => {
  expect(isContainerImage(parse(json))).toBe(is)
})

it.each([
  [{ manifests: [child()] }, 1],
  [{ manifests: [] }, 0],
  [{ manifests: 'x' }, undefined],
  ['<html>', undefined],
])('%j lists referrers: %s', (json, count) => {
  expect(parseReferrers(json)?.length).toBe(count)
})

function codeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    return error instanceof AppError ? error.code : String(error)
  }
  return 'none'
}
