import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { tagboat } from '../../services/tagboat.ts'
import { temporaryFolder } from '../../services/temporary-folder.ts'

it('turns new tags into commits, each explained, and leaves them to look at', async () => {
  await using folder = await temporaryFolder('demo')
  const run = await tagboat(['demo', '--rounds', '3'], { cwd: folder.path, env: { TMPDIR: folder.path } })
  expect(run).toMatchObject({ code: 0, stderr: '' })
  const text = run.stdout
  expect(text).toContain('default/config: 1 value changed on main by ')
  expect(text).toContain('7.0.0       out-of-range             ^6.5.0 excludes it')
  expect(text).toContain('default/config: nothing to change on main')
  const path = /^ {2}repository {2}(\S+)/m.exec(text)?.[1] ?? ''
  const git = (...args: string[]) => execFileSync('git', ['-C', path, ...args], { encoding: 'utf8' })
  const subjects = git('log', '--format=%s', 'main').trim().split('\n')
  expect(subjects).toEqual(['Update images', 'Update images', 'Deploy podinfo and the authentik development server'])
  expect(git('show', 'main:apps/podinfo.yaml')).toContain('image: ghcr.io/stefanprodan/podinfo:6.5.3 # {')
})
