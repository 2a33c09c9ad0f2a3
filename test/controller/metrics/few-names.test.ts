import { expect, it } from 'vitest'
import { FewNames } from '#controller/metrics/few-names.ts'

it('names beyond the limit are one, and those before stay', () => {
  const names = new FewNames(2)
  expect(['a', 'b', 'c', 'a', 'd', 'b'].map((name) => names.of(name))).toEqual(['a', 'b', 'other', 'a', 'other', 'b'])
})
