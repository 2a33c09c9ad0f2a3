import { describe, expect, it } from 'vitest'
import { parseFile } from '#core/rewrite/parsed-file.ts'
import { findMarkers } from '#core/rewrite/strategies/markers.ts'

function find(text: string): { readonly targets: readonly string[]; readonly misses: readonly string[] } {
  const bytes = text.replaceAll(/#m(\w*)/g, '# {"$imagepolicy": "ns:$1"}')
  const { targets, misses } = findMarkers(parseFile(bytes))
  return {
    targets: targets.map(({ policy, token }) => `${policy.slice(3)} ${token.text}`),
    misses: misses.map(({ code, marker, offset }) => {
      const line = bytes.slice(0, offset).split('\n').length
      return `${String(line)} ${code} ${marker?.policy.slice(3) ?? '-'}`
    }),
  }
}

describe('findMarkers', () => {
  it('reads documents that parse by their tree, the others by their lines', () => {
    expect(find('a: v #ma\n---\nb: [\nc: w #mb\n---\n? d #mc\n: x\n')).toEqual({
      targets: ['a v', 'b w'],
      misses: ['6 on-key c'],
    })
  })

  it('tells what is malformed in both', () => {
    expect(find('a: v # {"$imagepolicy": 1}\n---\nb: [\nc: w # {"$imagepolicy": 2}\n').misses).toEqual([
      '1 malformed-marker -',
      '4 malformed-marker -',
    ])
  })

  it('tells markers that are text, where they look like one', () => {
    expect(find('a: |\n  #ma\n  see $imagepolicy\nb: "# {$imagepolicy: x}"\n$imagepolicy: c\n').misses).toEqual([
      '2 in-text -',
      '4 in-text -',
    ])
  })

  it('finds text that holds a marker only in documents that parse', () => {
    expect(find('a: |\n  #ma\n---\nb: [\nc: |\n  #mb\n')).toEqual({ targets: [], misses: ['2 in-text -'] })
  })

  it('knows which of many documents a marker is in', () => {
    const text = Array.from({ length: 9 }, (_, index) =>
      index % 3 === 1 ? `a: [\nb: v${String(index)} #mx` : `c: v${String(index)} #mx`,
    )
    expect(find(text.join('\n---\n')).targets.toSorted()).toEqual(
      Array.from({ length: 9 }, (_, index) => `x v${String(index)}`),
    )
  })
})
