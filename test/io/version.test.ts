import { expect, it } from 'vitest'
import { packageVersion } from '#io/version.ts'

it('is that of package.json', () => {
  expect(packageVersion()).toMatch(/^\d+\.\d+\.\d+$/)
})
