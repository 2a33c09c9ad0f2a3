import { describe, expect, it } from 'vitest'
import { didYouMean, findNearest } from '#core/api/nearest.ts'

const names = ['image', 'interval', 'timeout', 'suspend', 'secretRef', 'semver', 'scanFrom']

describe('findNearest', () => {
  const cases: readonly [string, string | undefined][] = [
    ['image', 'image'],
    ['imgae', 'image'],
    ['imag', 'image'],
    ['Image', 'image'],
    ['secretref', 'secretRef'],
    ['intervall', 'interval'],
    ['inteval', 'interval'],
    ['suspended', 'suspend'],
    ['semversion', 'semver'],
    ['time', 'timeout'],
    ['scan', 'scanFrom'],
    ['im', undefined],
    ['x', undefined],
    ['', undefined],
    ['something', undefined],
    ['i'.repeat(5000), undefined],
  ]
  it.each(cases)('%s → %s', (word, want) => {
    expect(findNearest(word, names)).toBe(want)
  })

  it('takes the first of equals', () => {
    expect(findNearest('cat', ['bat', 'hat'])).toBe('bat')
    expect(findNearest('cat', ['bath', 'hat', 'cap'])).toBe('hat')
  })
})

describe('didYouMean', () => {
  it('is nothing when nothing is near', () => {
    expect(didYouMean('imgae', names)).toBe('; did you mean image?')
    expect(didYouMean('zzz', names)).toBe('')
  })
})
