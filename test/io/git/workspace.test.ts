import { chmodSync, existsSync, mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { findProgram, makeFolder, prepareWorkspace, programOf } from '#io/git/workspace.ts'
import { openTestWorkspace } from '../../services/git-workspace.ts'
import { temporaryFolder } from '../../services/temporary-folder.ts'

describe('programs', () => {
  it('are found in the folders of a path, executable files only', async () => {
    await using folder = await temporaryFolder('bin')
    mkdirSync(join(folder.path, 'a', 'tool'), { recursive: true })
    mkdirSync(join(folder.path, 'b'))
    writeFileSync(join(folder.path, 'b', 'tool'), '')
    const path = `${folder.path}/a:${folder.path}/b`
    expect(findProgram('tool', path)).toBeUndefined()
    expect(() => programOf('tool', path)).toThrow(expect.objectContaining({ code: 'GIT_PROGRAM_MISSING' }))
    chmodSync(join(folder.path, 'b', 'tool'), 0o755)
    expect(programOf('tool', path)).toBe(join(folder.path, 'b', 'tool'))
  })

  it('are never looked for where we happen to stand', async () => {
    await using opened = await openTestWorkspace('cache', { PATH: `.::bin:${process.env['PATH']}` })
    expect(opened.workspace.searchPath.split(':').every((folder) => folder.startsWith('/'))).toBe(true)
    const { workspace } = opened
    const without = await prepareWorkspace({ ...opened.options, environment: {} })
    expect(without.searchPath).toContain('/usr/bin')
    expect(workspace.git).toMatch(/^\/.*\/git$/)
  })
})

it('folders are for us alone, and a reason is given where one cannot be made', async () => {
  await using opened = await openTestWorkspace()
  expect(statSync(opened.workspace.operations).mode & 0o777).toBe(0o700)
  const file = join(opened.workspace.operations, 'file')
  writeFileSync(file, '')
  expect(() => makeFolder(join(file, 'x'))).toThrow(expect.objectContaining({ code: 'GIT_CACHE_UNUSABLE' }))
  const unusable = prepareWorkspace({ ...opened.options, cacheDir: file })
  await expect(unusable).rejects.toMatchObject({
    code: 'GIT_CACHE_UNUSABLE',
    message: expect.stringContaining('ENOTDIR'),
  })
})

it('sweeps what dead processes left, and what they had started', async () => {
  await using opened = await openTestWorkspace()
  const { operations, identity } = opened.workspace
  const dead = `${identity.replace(/^\d+/, '999999999')}-01`
  const living = `${identity}-02`
  const elsewhere = '1.1.boot.elsewhere-03'
  const longAgo = '1.1.boot.elsewhere-04'
  for (const name of [dead, living, elsewhere, longAgo]) mkdirSync(join(operations, name))
  utimesSync(join(operations, longAgo), 1000, 1000)
  const orphan = spawn('sleep', ['60'], { env: { PATH: process.env['PATH'], TAGBOAT_OPERATION: dead } })
  const ended = once(orphan, 'close')
  await prepareWorkspace(opened.options)
  await ended
  expect([dead, living, elsewhere, longAgo].filter((name) => existsSync(join(operations, name)))).toEqual([
    living,
    elsewhere,
  ])
})
