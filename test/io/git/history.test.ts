import { expect, it } from 'vitest'
import { parseHistory } from '#io/git/history.ts'

it('reads commits whose message may hold anything', () => {
  const separator = '\u001f'
  const one = [
    '1'.repeat(40),
    '4'.repeat(40),
    `${'2'.repeat(40)} ${'3'.repeat(40)}`,
    'A Person',
    'a@x',
    '1700000000',
    `subject\n\nbody ${separator} more\n`,
  ]
  const two = ['2'.repeat(40), '5'.repeat(40), '', '', '', '0', '']
  expect(parseHistory(`${one.join(separator)}\0${two.join(separator)}\0`)).toEqual([
    {
      id: '1'.repeat(40),
      tree: '4'.repeat(40),
      parents: ['2'.repeat(40), '3'.repeat(40)],
      committer: { name: 'A Person', email: 'a@x', at: 1_700_000_000_000 },
      message: `subject\n\nbody ${separator} more\n`,
    },
    {
      id: '2'.repeat(40),
      tree: '5'.repeat(40),
      parents: [],
      committer: { name: '', email: '', at: 0 },
      message: '',
    },
  ])
  expect(parseHistory('')).toEqual([])
})

it('takes names to the commit before them', () => {
  const [one, two, three] = ['1', '2', '3'].map((digit) =>
    [digit.repeat(40), '4'.repeat(40), '', 'n', 'e', '0', 'm\n'].join('\u001f'),
  )
  const output = `${one}\0\na.yaml\0d/b c.yaml\0${two}\0${three}\0\nx\0`
  const found = parseHistory(output).map(({ id, paths }) => [id[0], paths])
  expect(found).toEqual([
    ['1', ['a.yaml', 'd/b c.yaml']],
    ['2', undefined],
    ['3', ['x']],
  ])
})
