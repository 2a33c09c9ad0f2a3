import { describe, expect, it } from 'vitest'
import { isBranchName, isRefName, parseBranch, parseRefName, shortBranch } from '#core/commit/ref-name.ts'
import { isAppError } from '#core/error.ts'

const hostile = [
  '',
  '-main',
  '--upload-pack=touch /tmp/x',
  ':main',
  '+main:main',
  'a..b',
  'main@{1}',
  'a^',
  'a~1',
  'a b',
  'a\nb',
  'a\u0000b',
  'a\u007f',
  'a//b',
  '/a',
  'a/',
  'a.',
  '.a',
  'a/.b',
  'a.lock',
  'a.lock/b',
  'a?',
  'a*',
  'a[1]',
  'a\\b',
  'HEAD',
]

describe('branch names', () => {
  it.each(hostile)('refuses %j', (name) => {
    expect(isBranchName(name)).toBe(false)
    expect(() => parseBranch(name, 'spec.git.push.branch')).toThrow(/^spec\.git\.push\.branch: expected a branch name/)
  })

  it.each([
    'main',
    'feature/x',
    'v1.2',
    'a-b',
    'é',
    '日本',
    'a@b',
    '+a',
    'a.lockx',
    'refs',
    'x/HEAD',
    '#1',
    "a'b",
    '$x',
  ])('accepts %j', (name) => {
    expect(isBranchName(name)).toBe(true)
    expect(parseBranch(name, 'branch')).toBe(`refs/heads/${name}`)
    expect(parseBranch(`refs/heads/${name}`, 'branch')).toBe(`refs/heads/${name}`)
    expect(shortBranch(`refs/heads/${name}`)).toBe(name)
  })

  it('refuses a name whose full form is longer than 255 bytes, counted in UTF-8', () => {
    expect(parseBranch('b'.repeat(244), 'branch')).toHaveLength(255)
    expect(() => parseBranch('b'.repeat(245), 'branch')).toThrow(/expected a branch name/)
    expect(() => parseBranch('日'.repeat(82), 'branch')).toThrow(/expected a branch name/)
    expect(() => parseBranch('😀'.repeat(62), 'branch')).toThrow(/expected a branch name/)
    expect(parseBranch('é'.repeat(122), 'branch')).toHaveLength(133)
  })
})

describe('full ref names', () => {
  it.each(['refs/heads/main', 'refs/tags/v1', 'refs/for/main', 'refs/pull/1/head', 'refs/heads/HEAD'])(
    'accepts %j',
    (name) => {
      expect(isRefName(name)).toBe(true)
      expect(parseRefName(name, 'ref')).toBe(name)
    },
  )

  it.each([
    'main',
    'HEAD',
    'heads/main',
    'refs',
    'refs/',
    'refs/heads/',
    'refs/heads/../../x',
    'refs/heads/*',
    '-refs/x',
  ])('refuses %j', (name) => expect(isRefName(name)).toBe(false))
})

it('names the field and shows the text with its control characters escaped', () => {
  const caught = catching(() => parseRefName('refs/heads/a\nb', 'spec.ref.name'))
  expect(isAppError(caught) && caught.code).toBe('GIT_REF_INVALID')
  expect(String(caught)).toContain('spec.ref.name')
  expect(String(caught)).not.toContain('\n')
})

function catching(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}
