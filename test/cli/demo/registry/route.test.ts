import { describe, expect, it } from 'vitest'
import { parseRoute } from '#cli/demo/registry/route.ts'

const digest = `sha256:${'a'.repeat(64)}`

describe('parseRoute', () => {
  it.each([
    ['/v2/', { kind: 'ping' }],
    ['/v2', { kind: 'ping' }],
    ['/v2/a/tags/list', { kind: 'tags', repository: 'a' }],
    ['/v2/a/b/tags/list', { kind: 'tags', repository: 'a/b' }],
    ['/v2/tags/list/tags/list', { kind: 'tags', repository: 'tags/list' }],
    ['/v2/a/manifests/1.0', { kind: 'manifest', repository: 'a', reference: '1.0' }],
    [`/v2/a/manifests/${digest}`, { kind: 'manifest', repository: 'a', reference: digest }],
    [`/v2/a/blobs/${digest}`, { kind: 'blob', repository: 'a', digest }],
    ['/v2/a/blobs/uploads/', { kind: 'upload', repository: 'a', id: '' }],
    ['/v2/a/blobs/uploads/x1', { kind: 'upload', repository: 'a', id: 'x1' }],
    [`/v2/a/referrers/${digest}`, { kind: 'referrers', repository: 'a', digest }],
    ['/', undefined],
    ['/v2/a/tags/other', undefined],
    ['/v2/A/tags/list', undefined],
    ['/v2/a/../b/tags/list', undefined],
    ['/v2/a/manifests/.x', undefined],
    [`/v2/${'a'.repeat(256)}/tags/list`, undefined],
  ])('%s', (path, route) => {
    expect(parseRoute(path)).toEqual(route)
  })
})
