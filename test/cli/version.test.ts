import { expect, it } from 'vitest'
import { packageVersion } from '#cli/version.ts'

it('is that of package.json', () => {
  expect(packageVersion()).toMatch(/^\d+\.\d+\.\d+$/)
})
