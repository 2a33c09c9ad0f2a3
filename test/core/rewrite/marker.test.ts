import { describe, expect, it } from 'vitest'
import { isPart, parseMarker } from '#core/rewrite/marker.ts'

const cases: readonly (readonly [comment: string, expected: string | undefined])[] = [
  ['# {"$imagepolicy": "apps:web"}', 'apps:web full'],
  ['#{"$imagepolicy":"apps:web:tag"}', 'apps:web tag'],
  ['## {"$imagepolicy": "apps:web:name"}', 'apps:web name'],
  ['#\t{ "$imagepolicy" : "apps:web:digest" }\t ', 'apps:web digest'],
  ['# {"$imagepolicy": "apps:web:extract"}', 'apps:web extract'],
  ['# {"note": "x", "$imagepolicy": "apps:web"}', 'apps:web full'],
  ['# {"$imagepolicy": "x:y:tag", "$imagepolicy": "apps:web"}', 'apps:web full'],
  ['# {"$imagepolicy": "apps:web.v1-x_y"}', 'apps:web.v1-x_y full'],
  ['# {"__proto__": "x", "$imagepolicy": "apps:web"}', 'apps:web full'],
  ['# nothing of the kind', undefined],
  ['# about $imagepolicy', undefined],
  ['# {"imagepolicy": "apps:web"}', undefined],
  ['# x {"$imagepolicy": "apps:web"}', 'malformed-marker'],
  ['# # {"$imagepolicy": "apps:web"}', 'malformed-marker'],
  ['# {"$imagepolicy": "apps:web"} x', 'malformed-marker'],
  ["# {'$imagepolicy': 'apps:web'}", 'malformed-marker'],
  ['# {$imagepolicy: apps:web}', 'malformed-marker'],
  ['# {"$imagepolicy": 1}', 'malformed-marker'],
  ['# {"$imagepolicy": "apps:web", "n": 1}', 'malformed-marker'],
  ['# {"$imagepolicy": ""}', 'malformed-marker'],
  ['# {"$imagepolicy": "web"}', 'malformed-marker'],
  ['# {"$imagepolicy": ":web"}', 'malformed-marker'],
  ['# {"$imagepolicy": "apps:"}', 'malformed-marker'],
  ['# {"$imagepolicy": "apps:web:"}', 'malformed-marker'],
  ['# {"$imagepolicy": "apps:web:tag:x"}', 'malformed-marker'],
  ['# {"$imagepolicy": "apps: web"}', 'malformed-marker'],
  ['# {"$imagepolicy": " apps:web"}', 'malformed-marker'],
  ['# ["{", "$imagepolicy"]', 'malformed-marker'],
  ['# {"a": "$imagepolicy"}', 'malformed-marker'],
  ['# {"$imagepolicy": "apps:web:Tag"}', 'unknown-part'],
  ['# {"$imagepolicy": "apps:web:full"}', 'unknown-part'],
]

describe('parseMarker', () => {
  it.each(cases)('%s: %s', (comment, expected) => {
    const marker = parseMarker(comment)
    const shown = marker !== undefined && 'policy' in marker ? `${marker.policy} ${marker.part}` : marker?.code
    expect(shown).toBe(expected)
  })

  it('says what it expected and shows what it got as text', () => {
    expect(parseMarker('# {"$imagepolicy": "a:b:\u00c3\u00a4\\u0001"}')).toEqual({
      code: 'unknown-part',
      reason: 'expected tag, name, digest or extract after a:b, got "ä\\x01"',
    })
    expect(parseMarker('# {"$imagepolicy": "web"}')).toMatchObject({
      reason: expect.stringContaining('got "web"') as string,
    })
  })
})

describe('isPart', () => {
  it.each(['tag', 'name', 'digest', 'extract'])('%s can be written', (part) => expect(isPart(part)).toBe(true))
  it.each(['full', 'Tag', '', 'constructor'])('"%s" cannot', (part) => expect(isPart(part)).toBe(false))
})
