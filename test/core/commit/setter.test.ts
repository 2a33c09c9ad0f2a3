import { expect, it } from 'vitest'
import { setterOf } from '#core/commit/setter.ts'

it.each([
  { part: 'full', setter: 'apps:web' },
  { part: 'tag', setter: 'apps:web:tag' },
  { part: 'name', setter: 'apps:web:name' },
  { part: 'digest', setter: 'apps:web:digest' },
  { part: 'extract', setter: 'apps:web:extract' },
] as const)('the setter of the part $part is $setter', ({ part, setter }) => {
  expect(setterOf({ policy: 'apps:web', part })).toBe(setter)
})
