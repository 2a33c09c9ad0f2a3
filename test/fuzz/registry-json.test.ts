import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isTag } from '#core/image/reference.ts'
import { JsonError } from '#io/registry/json-tokens.ts'
import { readTagPage } from '#io/registry/tag-page.ts'

async function* piecesOf(bytes: Uint8Array, sizes: readonly number[]) {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function read(text: string, sizes: readonly number[]) {
  return readTagPage(piecesOf(Buffer.from(text), sizes), () => undefined)
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })
const artefact = /^sha256-[a-f0-9]{64}/

describe('pages of tags', () => {
  it('hold what JSON.parse finds in them, in whatever pieces they come', async () => {
    const members = fc.dictionary(
      fc.string({ unit: 'binary' }).filter((key) => key !== 'tags' && key !== '__proto__'),
      fc.jsonValue(),
    )
    const tags = fc.array(fc.oneof(fc.stringMatching(/^[\w.-]{1,20}$/), fc.string({ unit: 'binary' }), fc.jsonValue()))
    const layout = fc.constantFrom(undefined, 1, '\t')
    await fc.assert(
      fc.asyncProperty(members, tags, sizes, layout, async (others, listed, split, space) => {
        const text = JSON.stringify({ ...others, tags: listed }, undefined, space)
        const legal = listed.filter(
          (tag): tag is string => typeof tag === 'string' && isTag(tag) && !artefact.test(tag),
        )
        const page = await read(text, split)
        expect(page.tags).toEqual(legal)
        expect(page.dropped.invalid + page.dropped.artefact).toBe(listed.length - legal.length)
      }),
    )
  })

  it('that are no JSON are refused', async () => {
    const valid = JSON.stringify({ name: 'a', tags: ['1', '2'], more: { x: [1, true, null] } })
    const change = fc.tuple(
      fc.nat(valid.length),
      fc.nat(3),
      fc.string({ unit: fc.constantFrom(...Array.from('{}[]:,"\\ 1truefalsn-.')), maxLength: 3 }),
    )
    await fc.assert(
      fc.asyncProperty(change, sizes, async ([at, cut, put], split) => {
        const text = valid.slice(0, at) + put + valid.slice(at + cut)
        const outcome = await read(text, split).then(
          () => 'read',
          (error: unknown) => (error instanceof JsonError ? 'refused' : 'broken'),
        )
        expect(isJson(text) ? ['read', 'refused'] : ['refused']).toContain(outcome)
      }),
    )
  })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
