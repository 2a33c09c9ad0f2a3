import { describe, expect, it } from 'vitest'
import { JsonError } from '#io/registry/json-tokens.ts'
import { readTagPage } from '#io/registry/tag-page.ts'

const artefact = `sha256-${'ab'.repeat(32)}`

async function read(text: string, size = 5, onTag: (count: number) => void = () => undefined) {
  const bytes = Buffer.from(text)
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  return readTagPage(pieces(), onTag)
}

const stopAtTwo = (count: number) => {
  if (count === 2) throw new RangeError('enough')
}

describe('pages', () => {
  it.each([
    ['{"name":"a","tags":["1.0","latest"]}', ['1.0', 'latest'], 0, 0],
    ['{"tags":[]}', [], 0, 0],
    ['{"tags":[],"name":null,"child":[{"tags":["x"]}],"manifest":{"tags":["y"]}}', [], 0, 0],
    ['{"tags":["a","a"]}', ['a', 'a'], 0, 0],
    ['{"tags":["__proto__","constructor"]}', ['__proto__', 'constructor'], 0, 0],
    ['{"tags":["a",1,null,{"tags":["x"]},["y"],"b c","","-x","\\u002ex","ok"]}', ['a', 'ok'], 8, 0],
    [
      `{"tags":["${artefact}","${artefact}.sig","${artefact}.att","${artefact}.sbom","${artefact}.x"]}`,
      [`${artefact}.x`],
      0,
      4,
    ],
    ['{"\\u0074ags":["a"]}', ['a'], 0, 0],
    [' {"a":{"b":[[[1]]]},"tags" : [ "a" , "b" ] }\n', ['a', 'b'], 0, 0],
  ])('%s', async (text, tags, invalid, artefacts) => {
    const page = { tags, dropped: { invalid, artefact: artefacts }, isNull: false, bytes: text.length }
    expect(await read(text)).toEqual(page)
    expect(await read(text, 1)).toEqual(page)
  })

  it('tells null from an empty list', async () => {
    expect(await read('{"name":"a","tags":null}')).toMatchObject({ tags: [], isNull: true })
  })
})

describe('what is no page', () => {
  it.each([
    '',
    'null',
    '[]',
    '["a"]',
    '"tags"',
    '{}',
    '{"name":"a"}',
    '{"tags":"a"}',
    '{"tags":{}}',
    '{"tags":false}',
    '{"tags":["a"]',
    '{"tags":["a"',
    '{"tags":["a',
    '{"tags":["a"]}}',
    '{"tags":["a"]}{"tags":["b"]}',
    '{"tags":["a",]}',
    '{"tags":[,"a"]}',
    '{"tags":["a" "b"]}',
    '{"tags" ["a"]}',
    '{"tags":["a"}]',
    '{"tags":["a"],}',
    '{tags:["a"]}',
    '{1:2}',
    '{"a":1,"b"}',
    '{"a":}',
    '<!doctype html><title>Log in</title>',
    `{"a":${'['.repeat(100)}${']'.repeat(100)},"tags":[]}`,
  ])('%s', async (text) => {
    await expect(read(text)).rejects.toThrow(JsonError)
  })
})

it('can be stopped at a number of tags', async () => {
  await expect(read('{"tags":["a","b","c', 5, stopAtTwo)).rejects.toThrow(RangeError)
})
