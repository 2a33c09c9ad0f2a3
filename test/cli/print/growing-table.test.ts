import { expect, it } from 'vitest'
import { GrowingTable } from '#cli/print/growing-table.ts'

it('prints the titles once, and aligns each row with those above', () => {
  const written: string[] = []
  const table = new GrowingTable(['NAME', 'TAG', 'MESSAGE'], (text) => written.push(text))
  table.add([['a', '1', 'first']])
  table.add([['long-name', '1', 'wider']])
  table.add([['b', '2', 'as wide as the widest so far']])
  expect(written).toEqual([
    'NAME  TAG  MESSAGE\na     1    first\n',
    'long-name  1    wider\n',
    'b          2    as wide as the widest so far\n',
  ])
})

it('has titles also without rows', () => {
  const written: string[] = []
  const table = new GrowingTable(['NAME', 'TAG'], (text) => written.push(text))
  table.add([])
  table.add([['a', '1']])
  expect(written).toEqual(['NAME  TAG\n', 'a     1\n'])
})
