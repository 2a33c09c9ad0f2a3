import { describe, expect, it } from 'vitest'
import { calver } from '#core/policy/kinds/calver.ts'

const known = { facts: undefined, now: undefined }
const kind = (format: string) => calver.compile({ format }, 'f')

describe('formats', () => {
  it.each([
    [
      'YYYY.MM.DD',
      '2025.1.31 2025.12.1 0001.10.10',
      '25.1.1 2025.01.1 2025.13.1 2025.1.32 2025.1.0 2025.0.1 12025.1.1 2025.1.1.1',
    ],
    ['YY.0M', '25.01 0.12 106.09', '025.01 25.1 25.13 25.00 1006.01'],
    ['0Y.MM', '06.1 99.12 106.1', '6.1 006.1 0106.1'],
    ['YYYY.0W', '2025.01 2025.53', '2025.1 2025.54 2025.00'],
    ['YYYYwWW', '2025w1 2025w53', '2025w01 2025w54 2025w0 2025-1'],
    ['YYYY0M0D', '20250131', '2025131 202501310 20251301'],
    ['YYYY.0M.MICRO', '2025.11.0 2025.11.00012', '2025.11. 2025.11 2025.11.1b'],
    ['vMAJOR.MINOR-YYYY', 'v1.20-2025', '1.20-2025 v1-2025'],
    ['release-YYYY.MM', 'release-2025.1', 'releasex2025.1 release-2025x1 xrelease-2025.1'],
    ['YYYY\\.(MM)*', '2025\\.(1)*', '2025.1 2025.1*'],
    ['YYYYé0M', '2025é01', '2025e01'],
  ])('%s takes %s and not %s', (format, yes, no) => {
    const calendar = kind(format)
    const read = (text: string | undefined) => calendar.read(text ?? '', known)
    const isRead = (text: string) => read(text) !== undefined
    expect(yes.split(' ').filter((text) => !isRead(text))).toEqual([])
    expect(no.split(' ').filter(isRead)).toEqual([])
    expect(calendar.refuse(read(no.split(' ')[0]), known)).toEqual({
      verdict: 'not-a-version',
      reason: `not of the format ${format}`,
    })
    expect(calendar.refuse(read(yes.split(' ')[0]), known)).toBeUndefined()
  })

  it.each([
    ['', 'no token in ""'],
    ['latest', 'no token in "latest"'],
    ['YYYY.MM.MM', 'MM stands twice in "YYYY.MM.MM"'],
    ['MICRO.MICRO', 'MICRO stands twice in "MICRO.MICRO"'],
    [`YYYY${'-'.repeat(600)}`, 'the expression has 1212 characters, at most 1000 are allowed'],
  ])('%s is no format', (format, problem) => {
    expect(() => kind(format)).toThrow(
      expect.objectContaining({ code: 'POLICY_CALVER_INVALID', message: `f.format: invalid policy: ${problem}` }),
    )
  })

  it('lets tokens of different names stand for the same unit', () => {
    expect(kind('YYYY.YY').read('2025.25', known)).toEqual([2025, 25])
  })
})

it('orders by the numbers from left to right', () => {
  const calendar = kind('YYYY.MM.MICRO')
  const ascending = [
    '2024.12.9',
    '2025.1.0',
    '2025.9.3',
    '2025.11.2',
    '2025.11.10',
    '2025.11.9007199254740992',
    '2025.11.9007199254740993',
  ]
  const values = ascending.map((text) => calendar.read(text, known))
  expect(values.toReversed().toSorted((a, b) => calendar.compare(a, b))).toEqual(values)
  expect(values.every((value) => calendar.compare(value, value) === 0)).toBe(true)
  expect(calendar.print(values[0])).toBe('2024.12.9')
})
