import { describe, expect, it } from 'vitest'
import {
  imageChanges,
  parseTrailers,
  printTrailers,
  trailerText,
  withTrailers,
  type Trailers,
} from '#core/commit/trailer.ts'
import { edit } from './edits.ts'

const trailers: Trailers = {
  automation: 'apps/web',
  run: 'uid-1/0123',
  images: [{ setter: 'apps:web', from: 'web:1.0.0', to: 'web:1.1.0' }],
}
const block = 'Tagboat-Automation: apps/web\nTagboat-Run: uid-1/0123\nTagboat-Image: apps:web web:1.0.0 -> web:1.1.0\n'

describe('imageChanges', () => {
  it('names each change once, in order', () => {
    const edits = [
      edit({ policy: 'apps:web', from: 'web:2', to: 'web:3' }),
      edit({ policy: 'apps:web', from: 'web:1', to: 'web:3' }),
      edit({ policy: 'apps:web', from: '1', to: '3', part: 'tag' }),
      edit({ policy: 'apps:api', from: 'api:1', to: 'api:2' }),
      edit({ policy: 'apps:web', from: 'web:1', to: 'web:3', path: 'other.yaml' }),
    ]
    expect(imageChanges(edits)).toEqual([
      { setter: 'apps:api', from: 'api:1', to: 'api:2' },
      { setter: 'apps:web', from: 'web:1', to: 'web:3' },
      { setter: 'apps:web', from: 'web:2', to: 'web:3' },
      { setter: 'apps:web:tag', from: '1', to: '3' },
    ])
  })

  it('names fifty at most', () => {
    const edits = Array.from({ length: 60 }, (_, index) => edit({ from: `web:${String(index).padStart(2, '0')}` }))
    const changes = imageChanges(edits)
    expect([changes.length, changes.at(-1)?.from]).toEqual([50, 'web:49'])
  })
})

describe('trailerText', () => {
  it.each([
    ['a\nb\r\n\u0000c\u007f\u0085', 'abc'],
    ['a\u2028b\u2029c', 'abc'],
    ['web:\u202e1.0\u202c\u2066\u200f', 'web:1.0'],
    ['é😀', 'é😀'],
    ['x'.repeat(250), 'x'.repeat(200)],
    ['😀'.repeat(250), '😀'.repeat(200)],
  ])('makes one visible line of %j', (value, text) => {
    expect(trailerText(value)).toBe(text)
  })
})

describe('printTrailers', () => {
  it('gives a line each', () => {
    expect(printTrailers(trailers).join('\n')).toBe(block.trimEnd())
  })
})

describe('withTrailers', () => {
  it.each([
    { name: 'a subject', body: 'Update', message: `Update\n\n${block}` },
    { name: 'line ends at the end', body: 'Update\n\n\n', message: `Update\n\n${block}` },
    { name: 'a body', body: 'Update\n\nweb is new', message: `Update\n\nweb is new\n\n${block}` },
    {
      name: 'a trailer block',
      body: 'Update\n\nChange-Id: I12\nSigned-off-by: A <a@b>',
      message: `Update\n\nChange-Id: I12\nSigned-off-by: A <a@b>\n${block}`,
    },
    { name: 'a trailer that goes on', body: 'Update\n\nNote: a\n  b\n', message: `Update\n\nNote: a\n  b\n${block}` },
    {
      name: 'a cherry-pick',
      body: 'Update\n\n(cherry picked from commit 12)',
      message: `Update\n\n(cherry picked from commit 12)\n${block}`,
    },
    { name: 'a subject like a trailer', body: 'fix: web', message: `fix: web\n\n${block}` },
    {
      name: 'a last paragraph with prose',
      body: 'Update\n\nChange-Id: I12\nand more',
      message: `Update\n\nChange-Id: I12\nand more\n\n${block}`,
    },
    {
      name: 'an address as last paragraph',
      body: 'Update\n\nhttps://example.com',
      message: `Update\n\nhttps://example.com\n\n${block}`,
    },
    { name: 'nothing', body: '', message: block },
    { name: 'Windows line ends', body: 'Update\r\n\r\nb\r\n', message: `Update\n\nb\n\n${block}` },
    { name: 'control characters', body: 'Up\u0000da\u001bte\ta\rb', message: `Update\tab\n\n${block}` },
    {
      name: 'T9: lines that look like ours',
      body: 'Update\nTagboat-Run: x/y\n\ntagboat-image: z',
      message: `Update\n Tagboat-Run: x/y\n\n tagboat-image: z\n\n${block}`,
    },
    {
      name: 'T9: such a line first',
      body: 'Tagboat-Automation: evil/one',
      message: ` Tagboat-Automation: evil/one\n\n${block}`,
    },
  ])('appends to $name', ({ body, message }) => {
    expect(withTrailers(body, trailers)).toBe(message)
    expect(parseTrailers(message)).toEqual({ automations: ['apps/web'], runs: ['uid-1/0123'], images: trailers.images })
  })
})

describe('parseTrailers', () => {
  it.each([
    {
      name: 'a foreign message',
      message: 'fix: web\n\nSigned-off-by: A <a@b>\n',
      found: { automations: [], runs: [], images: [] },
    },
    {
      name: 'a squash of two commits',
      message: `* Update\n\n${block}\n* Update\n\nTagboat-Automation: apps/api\r\nTagboat-Run: uid-2/45\n`,
      found: { automations: ['apps/web', 'apps/api'], runs: ['uid-1/0123', 'uid-2/45'], images: trailers.images },
    },
    {
      name: 'values with blanks and arrows',
      message: 'Tagboat-Image: a:b old -> value -> c:1\nTagboat-Image: a:b  -> c:1\nTagboat-Image: a:b c:1 -> \n',
      found: {
        automations: [],
        runs: [],
        images: [
          { setter: 'a:b', from: 'old -> value', to: 'c:1' },
          { setter: 'a:b', from: '', to: 'c:1' },
          { setter: 'a:b', from: 'c:1', to: '' },
        ],
      },
    },
    {
      name: 'lines that are not of the form',
      message: ' Tagboat-Run: a\nx Tagboat-Run: b\ntagboat-run: c\nTagboat-Run:d\nTagboat-Image: a\nTagboat-Other: e',
      found: { automations: [], runs: [], images: [] },
    },
  ])('reads $name', ({ message, found }) => {
    expect(parseTrailers(message)).toEqual(found)
  })
})
