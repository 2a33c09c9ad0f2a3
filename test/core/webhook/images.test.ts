import { describe, expect, it } from 'vitest'
import { parseImageName } from '#core/image/reference.ts'
import { imageNews, isAnnounced } from '#core/webhook/images.ts'

describe('imageNews', () => {
  const hex = 'a'.repeat(64)
  it.each([
    [
      { name: 'alpine:3.20', hasHost: true },
      { host: 'index.docker.io', path: 'library/alpine', tags: ['3.20'] },
    ],
    [
      { name: 'GHCR.io/acme/web', hasHost: true },
      { host: 'ghcr.io', path: 'acme/web', tags: [] },
    ],
    [
      { name: `ghcr.io/acme/web@sha256:${hex}`, hasHost: true },
      { host: 'ghcr.io', path: 'acme/web', tags: [] },
    ],
    [
      { name: 'localhost:5000/web', hasHost: true, tags: ['1.0.0', 'not a tag', 7, `sha256-${hex}.sig`] },
      { host: 'localhost:5000', path: 'web', tags: ['1.0.0'] },
    ],
    [
      { name: 'web', hasHost: false, tags: ['1'] },
      { host: undefined, path: 'web', tags: ['1'] },
    ],
  ])('reads %j', (named, image) => {
    expect(imageNews([named])).toEqual({ is: 'images', images: [image] })
  })

  it.each([
    { name: 'https://ghcr.io/acme/web', hasHost: true },
    { name: '../../etc', hasHost: false },
    { name: 'Acme/Web', hasHost: false },
    { name: '', hasHost: true },
    { name: 'ghcr.io/acme/web', hasHost: true, tags: [] },
    { name: 'ghcr.io/acme/web', hasHost: true, tags: ['-x'] },
    { name: 'ghcr.io/acme/web', hasHost: true, tags: [`sha256-${hex}`] },
    { name: 'a'.repeat(2000), hasHost: true },
  ])('passes over %j', (named) => {
    expect(imageNews([named])).toEqual({ is: 'nothing', reason: 'no image with a legal name and tag' })
  })

  it('reads a hundred of one delivery', () => {
    const named = Array.from({ length: 1000 }, (_one, index) => ({ name: `acme/web${index}`, hasHost: false }))
    expect(imageNews(named)).toMatchObject({ images: { length: 100 } })
  })
})

describe('isAnnounced', () => {
  it.each([
    ['docker.io/library/alpine', { host: 'index.docker.io', path: 'library/alpine' }, true],
    ['ghcr.io/acme/web', { host: 'ghcr.io', path: 'acme/web' }, true],
    ['ghcr.io/acme/web', { host: 'quay.io', path: 'acme/web' }, false],
    ['ghcr.io/acme/web', { host: 'ghcr.io', path: 'acme/webs' }, false],
    ['ghcr.io/acme/web', { host: 'ghcr.io', path: 'web' }, false],
    ['ghcr.io/acme/web', { host: undefined, path: 'acme/web' }, true],
    ['ghcr.io/acme/web', { host: undefined, path: 'web' }, true],
    ['ghcr.io/acme/myweb', { host: undefined, path: 'web' }, false],
    ['acme.jfrog.io/docker-local/acme/web', { host: undefined, path: 'acme/web' }, true],
  ])('%s by %j: %s', (image, announced, want) => {
    expect(isAnnounced({ ...announced, tags: [] }, parseImageName(image, 'image'))).toBe(want)
  })
})
