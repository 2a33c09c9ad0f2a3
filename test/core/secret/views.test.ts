import { describe, expect, it } from 'vitest'
import { originalIndex, viewsOf } from '#core/secret/views.ts'

describe('viewsOf', () => {
  it.each([
    { text: 'nothing to decode', views: ['nothing to decode'] },
    { text: 'a%2Fb', views: ['a%2Fb', 'a/b'] },
    { text: '%C3%A4%e2%82%ac%F0%9F%9A%A2', views: ['%C3%A4%e2%82%ac%F0%9F%9A%A2', 'ä€🚢'] },
    { text: '%zz', views: ['%zz'] },
    { text: '%E4', views: ['%E4', '\ufffd'] },
    { text: 'a+b', views: ['a+b', 'a b'] },
    { text: String.raw`a\nb`, views: [String.raw`a\nb`, 'a\nb'] },
    { text: String.raw`\u00e4\x41\u{1f6a2}\"\/`, views: [String.raw`\u00e4\x41\u{1f6a2}\"\/`, 'äA🚢"/'] },
    { text: String.raw`\u{ffffff}`, views: [String.raw`\u{ffffff}`] },
    { text: '%2541', views: ['%2541', '%41', 'A'] },
    { text: String.raw`\\\"x`, views: [String.raw`\\\"x`, String.raw`\"x`, '"x'] },
    { text: String.raw`\u002541`, views: [String.raw`\u002541`, '%41', 'A'] },
  ])('decodes $text', ({ text, views }) => {
    expect(viewsOf(text).map((view) => view.text)).toEqual(views)
  })

  it('knows where each character came from, also after decoding twice', () => {
    const [, once, twice] = viewsOf('x%2541y')
    expect(once?.text).toBe('x%41y')
    expect(twice?.text).toBe('xAy')
    expect([0, 1, 2, 3].map((index) => originalIndex(twice ?? { text: '' }, index))).toEqual([0, 1, 6, 7])
  })
})
