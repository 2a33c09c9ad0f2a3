import { describe, expect, it } from 'vitest'
import { fileUid, runId } from '#core/commit/run-id.ts'
import { systemHashes } from '#io/hash.ts'
import { edit } from './edits.ts'

const { sha256 } = systemHashes

describe('runId', () => {
  const edits = [
    edit({ ordinal: 1, from: 'b', to: 'c' }),
    edit({ path: 'a.yaml', ordinal: 10 }),
    edit({ ordinal: 0 }),
    edit({ path: 'a.yaml', ordinal: 9 }),
  ]

  it('is the uid and the hash of file, ordinal, old and new value by file and ordinal', () => {
    const [from, to] = [edit().from, edit().to]
    const listed = [
      ['a.yaml', 9, from, to],
      ['a.yaml', 10, from, to],
      ['apps/web.yaml', 0, from, to],
      ['apps/web.yaml', 1, 'b', 'c'],
    ]
    expect(runId('uid', edits, sha256)).toBe(`uid/${sha256(JSON.stringify(listed)).slice(0, 32)}`)
  })

  it('is known for ever: other releases have to find it again', () => {
    expect(runId('6f9619ff', [edit()], sha256)).toBe('6f9619ff/c0b200233c7fb2d5b0827b64b22ae79f')
  })

  it('does not depend on the order of the edits, nor on lines that moved', () => {
    const moved = edits.map((one) => ({ ...one, line: one.line + 20, column: 1 })).toReversed()
    expect(runId('uid', moved, sha256)).toBe(runId('uid', edits, sha256))
  })

  it.each([
    { name: 'another file', other: edit({ path: 'x.yaml' }) },
    { name: 'another target', other: edit({ ordinal: 1 }) },
    { name: 'another old value', other: edit({ from: 'x' }) },
    { name: 'another new value', other: edit({ to: 'x' }) },
  ])('differs for $name', ({ other }) => {
    expect(runId('uid', [other], sha256)).not.toBe(runId('uid', [edit()], sha256))
  })
})

describe('fileUid', () => {
  const identity = {
    host: 'git.example.com',
    path: '/team/config.git',
    branch: 'refs/heads/main',
    namespace: 'apps',
    name: 'web',
  }

  it('is cli- and 16 hex digits, the same on every computer', () => {
    expect(fileUid(identity, sha256)).toMatch(/^cli-[0-9a-f]{16}$/)
    expect(fileUid({ ...identity }, sha256)).toBe(fileUid(identity, sha256))
  })

  it.each(['host', 'path', 'branch', 'namespace', 'name'] as const)('differs with the %s', (part) => {
    expect(fileUid({ ...identity, [part]: 'other' }, sha256)).not.toBe(fileUid(identity, sha256))
  })
})
