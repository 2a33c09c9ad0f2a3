import { describe, expect, it } from 'vitest'
import { parseFieldPath } from '#core/rewrite/field-path.ts'

const key = (name: string) => ({ kind: 'key', key: name })

describe('parseFieldPath', () => {
  it.each([
    ['a', [key('a')]],
    ['spec.replicas', [key('spec'), key('replicas')]],
    ['images[0].newTag', [key('images'), { kind: 'index', index: 0 }, key('newTag')]],
    ['[2]', [{ kind: 'index', index: 2 }]],
    ['a[b=c].d', [key('a'), { kind: 'match', key: 'b', value: 'c' }, key('d')]],
    ['a[image=ghcr.io/x:1=2]', [key('a'), { kind: 'match', key: 'image', value: 'ghcr.io/x:1=2' }]],
    ['m["x.y/z"]', [key('m'), key('x.y/z')]],
    ['["a\\"\\\\b"]', [key('a"\\b')]],
    ['a-b_c/d:e', [key('a-b_c/d:e')]],
    ['ключ', [key('ключ')]],
  ])('%s', (text, steps) => expect(parseFieldPath(text)).toEqual(steps))

  it.each([
    ['', 1],
    ['.a', 1],
    ['a.', 2],
    ['a..b', 2],
    ['a b', 2],
    ['a[', 2],
    ['a[]', 2],
    ['a[-1]', 2],
    ['a[x]', 2],
    ['a[b=]', 2],
    ['a["b]', 2],
    ['a]', 2],
    ['a[0]b', 5],
    ['["a"]b', 6],
  ])('refuses "%s" at character %s', (text, at) => {
    expect(() => parseFieldPath(text)).toThrow(expect.objectContaining({ code: 'REWRITE_FIELD_INVALID' }))
    expect(() => parseFieldPath(text)).toThrow(`is not understood at character ${String(at)}`)
  })
})
