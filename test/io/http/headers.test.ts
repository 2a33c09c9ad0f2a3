import { expect, it } from 'vitest'
import { header, headerValues } from '#io/http/headers.ts'

const headers = { link: [' a ', 'b'], etag: '"x" ' }

it.each([
  ['link', 'a', [' a ', 'b']],
  ['etag', '"x"', ['"x" ']],
  ['absent', undefined, []],
  ['constructor', undefined, []],
])('%s', (name, first, all) => {
  expect(header(headers, name)).toBe(first)
  expect(headerValues(headers, name)).toEqual(all)
})
