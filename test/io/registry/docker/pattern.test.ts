import { describe, expect, it } from 'vitest'
import { parseImageName } from '#core/image/reference.ts'
import { compareSpecificity, fits, parsePattern } from '#io/registry/docker/pattern.ts'

describe('which key is meant for which image', () => {
  it.each([
    ['ghcr.io', 'ghcr.io/a/b', true],
    ['GHCR.io', 'ghcr.io/a/b', true],
    ['https://ghcr.io', 'ghcr.io/a/b', true],
    ['https://ghcr.io/v2/', 'ghcr.io/a/b', true],
    ['ghcr.io/', 'ghcr.io/a/b', true],
    ['ghcr.io/a', 'ghcr.io/a/b', true],
    ['ghcr.io/a', 'ghcr.io/a', true],
    ['ghcr.io/a', 'ghcr.io/ab', false],
    ['ghcr.io/a/b', 'ghcr.io/a', false],
    ['https://ghcr.io/v2/a', 'ghcr.io/a/b', true],
    ['ghcr.io', 'ghcr.io.evil.com/a', false],
    ['ghcr.io', 'evil-ghcr.io/a', false],
    ['*.azurecr.io', 'a.azurecr.io/x', true],
    ['*.azurecr.io', 'a.b.azurecr.io/x', false],
    ['*.azurecr.io', 'azurecr.io/x', false],
    ['*.*', 'ghcr.io/x', true],
    ['a*c.io', 'abc.io/x', true],
    ['a*c.io', 'ac.io/x', true],
    ['a*bb*c.io', 'axbbyc.io/x', true],
    ['a*bb*c.io', 'axbyc.io/x', false],
    ['ab*ba.io', 'aba.io/x', false],
    ['reg:5000', 'reg:5000/x', true],
    ['reg.io:5000', 'reg.io/x', false],
    ['reg.io', 'reg.io:5000/x', false],
    ['reg.io:443', 'reg.io/x', true],
    ['reg.io', 'reg.io:443/x', true],
    ['http://reg:5000', 'reg:5000/x', true],
    ['[::1]:5000', '[::1]:5000/x', true],
    ['https://index.docker.io/v1/', 'alpine', true],
    ['https://index.docker.io/v1/', 'docker.io/org/app', true],
    ['docker.io', 'alpine', true],
    ['registry-1.docker.io', 'index.docker.io/org/app', true],
    ['docker.io/org', 'org/app', true],
    ['docker.io/library', 'alpine', true],
    ['docker.io/org', 'alpine', false],
    ['', 'ghcr.io/a', false],
  ])('%j for %s: %s', (key, image, meant) => {
    expect(fits(parsePattern(key), parseImageName(image, 'image'))).toBe(meant)
  })
})

it('prefers the longer path, then a host without wildcard', () => {
  const keys = ['*.azurecr.io', 'a.azurecr.io', '*.azurecr.io/team', 'a.azurecr.io/team/app', 'a.azurecr.io/team']
  const ordered = keys.toSorted((a, b) => compareSpecificity(parsePattern(a), parsePattern(b)))
  expect(ordered).toEqual([
    'a.azurecr.io/team/app',
    'a.azurecr.io/team',
    '*.azurecr.io/team',
    'a.azurecr.io',
    '*.azurecr.io',
  ])
})
