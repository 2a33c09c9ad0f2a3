import { expect, it } from 'vitest'
import { bareMediaType, isImageConfig, isSchema1, manifestKindOf, manifestTypes } from '#core/image/media-type.ts'

it('asks for all four manifest types, two indexes and two images', () => {
  expect(manifestTypes.map(manifestKindOf)).toEqual(['index', 'image', 'index', 'image'])
})

it.each([
  ['application/vnd.docker.distribution.manifest.v1+json', true],
  ['application/vnd.docker.distribution.manifest.v1+prettyjws', true],
  ['application/vnd.docker.distribution.manifest.v2+json', false],
])('%s is schema 1: %s', (type, old) => {
  expect(isSchema1(type)).toBe(old)
  expect(isSchema1(type) && manifestKindOf(type) !== undefined).toBe(false)
})

it.each([
  ['application/vnd.oci.image.config.v1+json', true],
  ['application/vnd.docker.container.image.v1+json', true],
  ['application/vnd.cncf.helm.config.v1+json', false],
  ['', false],
])('%s is the configuration of an image: %s', (type, image) => {
  expect(isImageConfig(type)).toBe(image)
})

it.each([
  ['application/json', 'application/json'],
  ['Application/JSON ; charset=utf-8', 'application/json'],
  ['', ''],
])('%j is %j without parameters', (text, bare) => {
  expect(bareMediaType(text)).toBe(bare)
})
