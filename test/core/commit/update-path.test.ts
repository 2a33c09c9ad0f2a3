import { expect, it } from 'vitest'
import { isBelow, parseUpdatePath } from '#core/commit/update-path.ts'

it.each([
  ['', ''],
  ['.', ''],
  ['./', ''],
  ['/', ''],
  ['./apps', 'apps'],
  ['/apps/', 'apps'],
  ['apps//web.yaml', 'apps/web.yaml'],
  ['apps/..web', 'apps/..web'],
  ['apps/.github', 'apps/.github'],
])('reads %j as %j', (text, path) => {
  expect(parseUpdatePath(text, 'spec.update.path')).toBe(path)
})

it.each([
  ['../..', 'spec.update.path: ".." is not allowed in it: "../.."'],
  ['a/../../b', 'spec.update.path: ".." is not allowed in it: "a/../../b"'],
  ['.git/hooks', 'spec.update.path: ".git" is not allowed in it: ".git/hooks"'],
  ['a/.GIT', 'spec.update.path: ".GIT" is not allowed in it: "a/.GIT"'],
  ['a\0b', 'spec.update.path: NUL is not allowed in it: "a\\x00b"'],
  ['x'.repeat(4097), `spec.update.path: it is longer than 4096 characters: "${'x'.repeat(100)}…"`],
])('refuses %j', (text, message) => {
  expect(() => parseUpdatePath(text, 'spec.update.path')).toThrow(
    expect.objectContaining({ code: 'COMMIT_PATH_INVALID', reason: 'InvalidPath', message }),
  )
})

it.each([
  ['apps/web.yaml', '', true],
  ['apps/web.yaml', 'apps', true],
  ['apps', 'apps', true],
  ['apps2/web.yaml', 'apps', false],
  ['web.yaml', 'apps', false],
])('knows whether %j is below %j: %j', (path, root, below) => {
  expect(isBelow(path, root)).toBe(below)
})
