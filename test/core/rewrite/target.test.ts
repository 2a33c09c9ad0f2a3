import { describe, expect, it } from 'vitest'
import { parseFile } from '#core/rewrite/parsed-file.ts'
import { targetOf, valueOf } from '#core/rewrite/target.ts'

const marker = { policy: 'a:b', part: 'tag' } as const

function lastOf(text: string) {
  const file = parseFile(text)
  const slot = [...file.slots.scalars.values()].at(-1)
  if (slot === undefined) throw new Error('no scalar')
  return targetOf(file, slot, marker)
}

describe('targetOf', () => {
  it.each([
    ['a: 5', undefined],
    ['a: !!int 5', '!!int'],
    ['a: !!float &x 5', '!!float'],
    ['a: &x !!bool # c\n\n  5', '!!bool'],
    ['a: !<tag:yaml.org,2002:null> ~', '!<tag:yaml.org,2002:null>'],
    ['a: !!timestamp 2001-01-01', '!!timestamp'],
    ['%TAG !y! tag:yaml.org,2002:\n---\na: !y!int 5', '!y!int'],
    ['a: !!str 5', undefined],
    ['a: !int 5', undefined],
    ['a: ! 5', undefined],
    ['a: !!int 5\nb: 6', undefined],
  ])('%j has the type tag %s', (text, tag) => {
    const { token } = lastOf(text)
    expect(token.typeTag === undefined ? undefined : text.slice(token.typeTag.start, token.typeTag.end)).toBe(tag)
  })

  it('says where and how a value is written, and for whom', () => {
    expect(lastOf('kind: Pod\nb: ["c"]')).toEqual({
      ...marker,
      token: { style: 'double', text: 'c', start: 14, end: 17, flow: true },
      object: { apiVersion: '', kind: 'Pod', name: '', namespace: '' },
    })
    expect(lastOf('a: |\n   b\n').token.block).toEqual({ contentStart: 5, indent: 3 })
  })
})

describe('valueOf', () => {
  it.each([
    ['a: b', 'b'],
    ['a: "b\\n"', 'b\n'],
    ['a: |+\n  b\n\n\n', 'b'],
    ['a: |\n  b\n\n  c\n', 'b\n\nc'],
    ['a: "\u00c3\u00a4"', 'ä'],
  ])('%j: %j', (text, value) => expect(valueOf(lastOf(text).token)).toBe(value))
})
