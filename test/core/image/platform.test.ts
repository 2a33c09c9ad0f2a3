import { expect, it } from 'vitest'
import { parsePlatform, printPlatform, servesPlatform } from '#core/image/platform.ts'

it.each([
  ['linux/amd64', { os: 'linux', architecture: 'amd64' }],
  ['linux/arm64/v8', { os: 'linux', architecture: 'arm64', variant: 'v8' }],
  ['windows/amd64', { os: 'windows', architecture: 'amd64' }],
])('%s is read and printed', (text, platform) => {
  expect(parsePlatform(text)).toEqual(platform)
  expect(printPlatform(platform)).toBe(text)
})

it.each(['', 'linux', 'linux/', '/amd64', 'linux/amd64/', 'linux/amd64/v1/x', 'Linux/amd64', 'linux /amd64'])(
  '%j is none',
  (text) => {
    expect(parsePlatform(text)).toBeUndefined()
  },
)

it('prints an empty variant as none', () => {
  expect(printPlatform({ os: 'linux', architecture: 'amd64', variant: '' })).toBe('linux/amd64')
})

it.each([
  ['linux/amd64', 'linux/amd64', true],
  ['linux/amd64', 'linux/arm64', false],
  ['windows/amd64', 'linux/amd64', false],
  ['linux/arm64/v8', 'linux/arm64', true],
  ['linux/arm64', 'linux/arm64/v8', true],
  ['linux/arm', 'linux/arm/v7', true],
  ['linux/arm/v6', 'linux/arm/v7', false],
  ['linux/arm/v6', 'linux/arm', true],
  ['linux/amd64', 'linux/amd64/v3', false],
  ['linux/ppc64le', 'linux/ppc64le/x', false],
])('an image for %s asked for %s: %s', (offered, wanted, serves) => {
  const [a, b] = [parsePlatform(offered), parsePlatform(wanted)]
  expect(a !== undefined && b !== undefined && servesPlatform(a, b)).toBe(serves)
})
