import { expect, it } from 'vitest'
import { nameChange } from '#core/policy/kinds/semver/change.ts'

it.each([
  ['1.2.3', '2.0.0', 'major'],
  ['1.2.3', '1.3.0', 'minor'],
  ['1.2.3', '1.2.4', 'patch'],
  ['v1.2.3', '1.3.0', 'minor'],
  ['1.2.3', '1.3.0-rc.1', 'preminor'],
  ['1.3.0-rc.1', '1.3.0-rc.2', 'prerelease'],
  ['1.3.0-rc.1', '1.3.0', 'minor'],
  ['1.2.3', '1.2.3', undefined],
  ['1.2.3+a', '1.2.3+b', undefined],
  ['1.2.3', '1.02.4', undefined],
  ['latest', '1.2.4', undefined],
])('%s -> %s is %s', (from, to, name) => {
  expect(nameChange(from, to)).toBe(name)
})
