import { describe, expect, it } from 'vitest'
import { errorAnswer, jsonAnswer, withEtag, type RegistryRequest } from '#cli/demo/registry/answer.ts'

const asked = (ifNoneMatch?: string): RegistryRequest => ({
  method: 'GET',
  path: '/',
  query: new URLSearchParams(),
  headers: ifNoneMatch === undefined ? {} : { 'if-none-match': ifNoneMatch },
  body: new Uint8Array(),
})

describe('withEtag', () => {
  it.each([
    [undefined, 200],
    ['"other"', 200],
    ['"one"', 304],
    ['W/"one"', 304],
    ['"other", "one"', 304],
    ['*', 304],
  ])('answers If-None-Match: %s with %i', (named, status) => {
    const answer = withEtag(jsonAnswer(200, { a: 1 }), '"one"', asked(named))
    expect(answer.status).toBe(status)
    expect(answer.headers['etag']).toBe('"one"')
    expect(answer.body.length).toBe(status === 304 ? 0 : 7)
  })
})

describe('errorAnswer', () => {
  it('has the body of the specification', () => {
    const { status, headers, body } = errorAnswer(404, 'NAME_UNKNOWN', 'no a/b')
    expect(status).toBe(404)
    expect(headers['content-type']).toBe('application/json')
    expect(JSON.parse(new TextDecoder().decode(body))).toEqual({
      errors: [{ code: 'NAME_UNKNOWN', message: 'no a/b' }],
    })
  })
})
