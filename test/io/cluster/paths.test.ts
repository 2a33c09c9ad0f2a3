import { expect, it } from 'vitest'
import { labelOf, pathOf, queryOf } from '#io/cluster/paths.ts'

const core = { group: '', version: 'v1', resource: 'pods' }
const apps = { group: 'apps', version: 'v1', resource: 'deployments' }

it.each([
  [core, {}, '/api/v1/pods'],
  [core, { namespace: 'a' }, '/api/v1/namespaces/a/pods'],
  [apps, { namespace: 'a', name: 'b' }, '/apis/apps/v1/namespaces/a/deployments/b'],
  [apps, { namespace: 'a', name: 'b', subresource: 'status' }, '/apis/apps/v1/namespaces/a/deployments/b/status'],
  [apps, { name: 'MyRole:View' }, '/apis/apps/v1/deployments/MyRole%3AView'],
  [apps, { namespace: '../..', name: 'a/b?c#d' }, '/apis/apps/v1/namespaces/..%2F../deployments/a%2Fb%3Fc%23d'],
])('the path of %j %j', (gvr, name, expected) => {
  expect(pathOf(gvr, name)).toBe(expected)
})

it('a query holds what is set', () => {
  expect(queryOf({})).toBe('')
  expect(queryOf({ a: undefined })).toBe('')
  expect(queryOf({ limit: 500, labelSelector: 'a=b,c', watch: true })).toBe(
    '?limit=500&labelSelector=a%3Db%2Cc&watch=true',
  )
})

it.each([
  [core, undefined, 'pods'],
  [apps, { namespace: 'a' }, 'deployments.apps in a'],
  [apps, { namespace: 'a', name: 'b' }, 'deployments.apps a/b'],
  [apps, { name: 'b' }, 'deployments.apps b'],
])('for people: %j %j', (gvr, name, expected) => {
  expect(labelOf(gvr, name)).toBe(expected)
})
