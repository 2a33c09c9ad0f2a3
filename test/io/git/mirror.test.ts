import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { cacheError, createMirror, mirrorExists, Mirrors, removeMirror } from '#io/git/mirror.ts'
import { openOperation } from '#io/git/operation.ts'
import { remoteOf, secretOf } from '../../services/git-client.ts'
import { openTestWorkspace } from '../../services/git-workspace.ts'

const url = 'https://user:canary-password@git.example.com/team/../config.git?token=canary'

it('A5 one mirror a remote and Secret, under names that are hashes', async () => {
  await using opened = await openTestWorkspace()
  const mirrors = new Mirrors(opened.workspace)
  const remotes = [
    remoteOf(url),
    remoteOf(url.replace('config', 'other')),
    remoteOf(url, { secret: secretOf({}, 'one') }),
    remoteOf(url, { secret: secretOf({}, 'two') }),
    remoteOf(url, { secret: { ...secretOf({}, 'one'), namespace: 'other' } }),
  ]
  const folders = remotes.map((remote) => mirrors.of(remote).folder)
  expect(new Set(folders).size).toBe(remotes.length)
  for (const folder of folders) expect(folder).toMatch(/\/git\/mirrors\/[0-9a-f]{32}$/)
  // A Secret that was changed keeps its mirror.
  const changed = { ...secretOf({ username: 'x' }, 'one'), resourceVersion: '2' }
  expect(mirrors.of(remoteOf(url, { secret: changed }))).toBe(mirrors.of(remotes[2] ?? remoteOf(url)))
})

it('A28 a new mirror is bare, has no hooks, and lets no configuration of the user reach in', async () => {
  await using opened = await openTestWorkspace()
  const remote = remoteOf(url)
  const mirror = new Mirrors(opened.workspace).of(remote)
  await using operation = openOperation(opened.workspace, {
    what: 'x',
    signal: AbortSignal.timeout(10_000),
    timeoutMs: 10_000,
  })
  expect(mirrorExists(mirror)).toBe(false)
  await createMirror(mirror, remote, '0'.repeat(64), operation)
  expect(mirrorExists(mirror)).toBe(true)
  expect(existsSync(join(mirror.folder, 'hooks'))).toBe(false)
  const config = (key: string): string => execFileSync('git', ['-C', mirror.folder, 'config', key]).toString().trim()
  expect(
    ['core.bare', 'core.hooksPath', 'core.fsmonitor', 'push.gpgSign', 'extensions.objectformat'].map(config),
  ).toEqual(['true', '/dev/null', 'false', 'false', 'sha256'])
  const description = readFileSync(join(mirror.folder, 'description'), 'utf8')
  expect(description).toContain('https://***@git.example.com/')
  expect(description).not.toContain('canary')
  mirror.present.add('x')
  await removeMirror(mirror)
  expect(mirrorExists(mirror)).toBe(false)
  expect(mirror.present.size).toBe(0)
})

it.each([
  [Object.assign(new Error('x'), { code: 'ENOSPC' }), /ENOSPC/],
  [new Error('x'), /unknown reason/],
])('names the reason of a failing disk: %s', (error, message) => {
  expect(cacheError(error, 'cannot make it')).toMatchObject({
    code: 'GIT_CACHE_UNUSABLE',
    message: expect.stringMatching(message) as unknown,
  })
})
