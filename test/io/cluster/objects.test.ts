import { describe, expect, it } from 'vitest'
import { isOlder, isSameJson, nameText, objectIn } from '#io/cluster/objects.ts'

describe('objectIn', () => {
  it('drops managedFields and gives items of lists what only the list says', () => {
    const item = { metadata: { name: 'a', managedFields: [{}] }, data: {} }
    expect(objectIn(item, { apiVersion: 'v1', kind: 'ConfigMap' })).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a' },
      data: {},
    })
  })

  it.each([undefined, null, 1, [], {}, { metadata: {} }, { metadata: { name: 1 } }])('%j is no object', (value) => {
    expect(objectIn(value)).toBeUndefined()
  })
})

it.each([
  ['9', '10', true],
  ['10', '9', false],
  ['10', '10', false],
  [undefined, '1', false],
  ['1', undefined, false],
  ['0', '1', false],
  ['a', '1', false],
])('isOlder(%s, %s) is %s', (a, b, expected) => {
  expect(isOlder(a, b)).toBe(expected)
})

it.each([
  [{ a: 1, b: undefined }, { a: 1 }, true],
  [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, true],
  [{ a: [1, 2] }, { a: [2, 1] }, false],
  [{ a: {} }, { a: [] }, false],
  [null, undefined, false],
  ['1', 1, false],
])('isSameJson(%j, %j) is %s', (a, b, expected) => {
  expect(isSameJson(a, b)).toBe(expected)
})

it('names an object within its collection', () => {
  expect(nameText({ namespace: 'a', name: 'b' })).toBe('a/b')
  expect(nameText({ name: 'b' })).toBe('b')
})
