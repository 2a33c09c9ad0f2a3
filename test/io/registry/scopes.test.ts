import { expect, it } from 'vitest'
import { demandedScopes, scopeFor } from '#io/registry/scopes.ts'

it('names the repository', () => {
  expect(scopeFor('org/app', 'pull,metadata_read')).toBe('repository:org/app:pull,metadata_read')
})

it.each([
  ['', []],
  ['*', ['*']],
  ['repository:a/b:pull', ['repository:a/b:pull']],
  ['repository:a/b:pull,push,delete', ['repository:a/b:pull']],
  ['repository:a/b:metadata_read,content_read', ['repository:a/b:metadata_read,content_read']],
  ['repository:a/b:push', []],
  ['repository:a/b:*', []],
  ['repository:a:pull', []],
  ['repository:a/bc:pull', []],
  ['registry:catalog:*', []],
  ['repository:x:pull  repository:a/b:pull', ['repository:a/b:pull']],
])('%j for a/b: %j', (scope, demanded) => {
  expect(demandedScopes(scope, 'a/b')).toEqual(demanded)
})
