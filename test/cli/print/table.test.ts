import { styleText } from 'node:util'
import { expect, it } from 'vitest'
import { printTable } from '#cli/print/table.ts'

it('aligns columns by what is seen, colours and accents included', () => {
  const red = styleText('red', 'no', { validateStream: false })
  expect(
    printTable([
      ['NAME', 'OK', 'WHY'],
      ['wéb', red, 'gone'],
      ['longer-name', 'yes', ''],
    ]),
  ).toBe(`NAME         OK   WHY\nwéb          ${red}   gone\nlonger-name  yes\n`)
})
