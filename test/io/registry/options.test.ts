import { expect, it } from 'vitest'
import { defaultRegistryConfig } from '#io/registry/options.ts'

it('narrows nothing and trusts nobody by itself', () => {
  const { allowedHosts, forbiddenHosts, trustedHosts, hosts } = defaultRegistryConfig
  expect([allowedHosts, forbiddenHosts, trustedHosts, hosts]).toEqual([[], [], [], []])
})

it('lets a list of the most tags fit into the most pages', () => {
  const { tags, pages, smallPages, pageBytes, listBytes } = defaultRegistryConfig.limits
  expect(pages * 1000).toBeGreaterThanOrEqual(tags)
  expect(smallPages * 100).toBeGreaterThanOrEqual(tags)
  expect(listBytes).toBeGreaterThan(pageBytes)
})
