import { describe, expect, it } from 'vitest'
import { FormIndex } from '#core/secret/form-index.ts'

function indexOf(...forms: readonly string[]): FormIndex {
  const index = new FormIndex()
  for (const form of forms) index.add(form)
  return index
}

describe('FormIndex', () => {
  const index = indexOf('abc', 'ab', 'abcdef', 'abd', 'abcx', 'zz', 'abca')

  it.each([
    { text: 'abcdefg', longest: 6 },
    { text: 'abcde', longest: 3 },
    { text: 'abcdeg', longest: 3 },
    { text: 'abcxy', longest: 4 },
    { text: 'abx', longest: 2 },
    { text: 'ab', longest: 2 },
    { text: 'a', longest: 0 },
    { text: 'abzzz', longest: 2 },
    { text: 'zy', longest: 0 },
    { text: 'zzz', longest: 2 },
    { text: '', longest: 0 },
  ])('has at the beginning of $text a form of length $longest', ({ text, longest }) => {
    expect(index.longestAt(text, 0)).toBe(longest)
    expect(index.longestAt(`..${text}`, 2)).toBe(longest)
  })

  it.each([
    { text: 'abcde', has: true },
    { text: 'abcdef', has: true },
    { text: 'abcdefg', has: false },
    { text: 'abcy', has: false },
    { text: 'zz', has: true },
    { text: 'zzz', has: false },
  ])('has a form that begins with $text: $has', ({ text, has }) => {
    expect(index.hasPrefix(`.${text}.`, 1, 1 + text.length)).toBe(has)
  })

  it('deletes a form as often as it was added', () => {
    const twice = indexOf('same', 'same', 'salt')
    twice.delete('same')
    expect([twice.longestAt('same', 0), twice.size]).toEqual([4, 2])
    twice.delete('same')
    expect([twice.longestAt('same', 0), twice.longestAt('salt', 0), twice.size]).toEqual([0, 4, 1])
    twice.delete('salt')
    expect([twice.longestAt('salt', 0), twice.size]).toEqual([0, 0])
  })
})
