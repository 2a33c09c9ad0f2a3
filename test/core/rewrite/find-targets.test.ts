import { describe, expect, it } from 'vitest'
import { findTargets } from '#core/rewrite/find-targets.ts'
import { parseFieldTarget } from '#core/rewrite/strategies/fields.ts'

const marker = '# {"$imagepolicy": "a:b"}'
const markers = { markers: true, fields: [] }

describe('findTargets', () => {
  it('gives each scalar once and in file order, whoever names it', () => {
    const fields = ['z', 'a'].map((field) => parseFieldTarget({ path: '*', field, policy: 'f' }, 'a'))
    const { targets } = findTargets(`a: 1 ${marker}\nb: 2 ${marker}\nz: 3\n`, { markers: true, fields })
    expect(targets.map(({ policy, line }) => [policy, line])).toEqual([
      ['a:b', 1],
      ['a:b', 2],
      ['a:f', 3],
    ])
  })

  it('counts lines from 1, and columns in characters without the byte order mark', () => {
    const bytes = Buffer.from(`\ufeff"😀é": v ${marker}\r\nb: w ${marker}\rc: x ${marker}`).toString('latin1')
    expect(findTargets(bytes, markers).targets.map(({ line, column }) => [line, column])).toEqual([
      [1, 8],
      [2, 4],
      [3, 4],
    ])
  })

  it('tells where a document does not parse and how many markers were bound all the same', () => {
    const { targets, misses } = findTargets(`a: 1 ${marker}\n---\nb: [\nc: 2 ${marker}\n---\nd: 3\n`, markers)
    expect(targets.map(({ line }) => line)).toEqual([1, 4])
    expect(misses).toMatchObject([{ code: 'parse-error', line: 4 }])
    expect(misses[0]?.reason).toMatch(/ \(line 4, column 1\); markers of this document .* by their lines: 1$/)
  })

  it('tells a limit for the whole file, and binds nothing', () => {
    const { targets, misses } = findTargets(`a: 1 ${marker}\nb: ${'['.repeat(2000)}`, markers)
    expect(targets).toEqual([])
    expect(misses).toMatchObject([
      { code: 'parse-error', reason: expect.stringMatching(/nested deeper.*left alone/) as string },
    ])
  })

  it('binds by lines what holds control characters', () => {
    expect(findTargets(`a: "\u0007"\nb: 1 ${marker}\n`, markers)).toMatchObject({
      targets: [{ line: 2 }],
      misses: [{ code: 'parse-error', line: 1 }],
    })
  })

  it('does not parse what is too large or in another encoding', () => {
    expect(findTargets(`a: 1 ${marker}\n`.padEnd(1_048_577), markers).misses).toMatchObject([{ code: 'too-large' }])
    expect(findTargets('\u00fe\u00ff\0a', markers).misses).toMatchObject([{ code: 'unsupported-encoding' }])
  })

  it('is plain JSON, the same for the same bytes', () => {
    const index = findTargets(`a: !!int 1 ${marker}\nb: |\n  x ${marker}\nc: ${marker}\n`, markers)
    expect(JSON.parse(JSON.stringify(index))).toEqual(index)
    expect(findTargets(`a: !!int 1 ${marker}\nb: |\n  x ${marker}\nc: ${marker}\n`, markers)).toEqual(index)
  })
})
