import { describe, expect, it } from 'vitest'
import { respond } from '#cli/demo/registry/respond.ts'
import { requestOf } from '../request.ts'

const digest = `sha256:${'a'.repeat(64)}`

describe('respond', () => {
  it.each([
    ['GET /v2/', 200],
    ['GET /v2/a/tags/list', 404],
    ['POST /v2/a/tags/list', 405],
    ['GET /v2/a/manifests/1', 404],
    [`GET /v2/a/blobs/${digest}`, 404],
    ['POST /v2/a/blobs/uploads/', 202],
    [`GET /v2/a/referrers/${digest}`, 200],
    ['GET /elsewhere', 404],
  ])('%s of an empty registry: %i', (line, status) => {
    const answer = respond({ content: new Map(), uploads: new Map() }, requestOf(line))
    expect(answer.status).toBe(status)
    expect(answer.headers['docker-distribution-api-version']).toBe('registry/2.0')
  })
})
