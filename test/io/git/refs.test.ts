import { expect, it } from 'vitest'
import { parseRefs } from '#io/git/refs.ts'

const [a, b, c] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string]

it.each([
  ['an empty repository', '', ['refs/heads/main'], {}, undefined],
  [
    'a branch and HEAD',
    `ref: refs/heads/main\tHEAD\n${a}\tHEAD\n${a}\trefs/heads/main\n`,
    ['refs/heads/main'],
    { 'refs/heads/main': a },
    'refs/heads/main',
  ],
  ['a detached HEAD', `${a}\tHEAD\n${b}\trefs/heads/main\n`, ['refs/heads/main'], { 'refs/heads/main': b }, undefined],
  [
    'names that only end alike',
    `${a}\trefs/heads/x/refs/heads/main\nref: refs/heads/x\trefs/remotes/o/HEAD\n`,
    ['refs/heads/main'],
    {},
    undefined,
  ],
  [
    'peeled tags',
    `${a}\trefs/tags/v1\n${b}\trefs/tags/v1^{}\n${c}\trefs/tags/v2\n`,
    ['refs/tags/*'],
    { 'refs/tags/v1': b, 'refs/tags/v2': c },
    undefined,
  ],
  ['what is no id', `error\trefs/heads/main\n`, ['refs/heads/main'], {}, undefined],
])('%s', (_what, output, asked, refs, head) => {
  const found = parseRefs(output, asked)
  expect(Object.fromEntries(found.refs)).toEqual(refs)
  expect(found.head).toBe(head)
})
