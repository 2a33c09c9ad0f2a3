import { chmod, mkdir, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listTree, readTreeFile, writeTreeFile, type TreeEntry } from '#cli/work-tree.ts'
import { temporaryFolder } from '../services/temporary-folder.ts'

async function tree(path: string): Promise<void> {
  await mkdir(join(path, 'apps/.git'), { recursive: true })
  await writeFile(join(path, 'apps/web.yaml'), 'a: 1\n')
  await writeFile(join(path, 'apps/.git/config'), 'x')
  await writeFile(join(path, 'apps/run.sh'), '')
  await chmod(join(path, 'apps/run.sh'), 0o755)
  await symlink('/etc', join(path, 'apps/link'))
  await symlink('web.yaml', join(path, 'apps/also.yaml'))
  await symlink('apps', join(path, 'same'))
}

async function entry(folder: string, path: string): Promise<TreeEntry> {
  const [found] = await listTree(folder, [path])
  if (found === undefined) throw new Error(`no ${path}`)
  return found
}

describe('listTree', () => {
  it.each([
    [['.'], ['apps/also.yaml 120000', 'apps/link 120000', 'apps/run.sh 100755', 'apps/web.yaml 100644', 'same 120000']],
    [['apps'], ['apps/also.yaml 120000', 'apps/link 120000', 'apps/run.sh 100755', 'apps/web.yaml 100644']],
    [['apps/web.yaml'], ['apps/web.yaml 100644']],
    [['apps/also.yaml'], ['apps/also.yaml 100644']],
    [['same'], ['same/also.yaml 120000', 'same/link 120000', 'same/run.sh 100755', 'same/web.yaml 100644']],
    [
      ['apps/web.yaml', './apps/../apps', 'same'],
      ['apps/also.yaml 120000', 'apps/link 120000', 'apps/run.sh 100755', 'apps/web.yaml 100644'],
    ],
    [[], []],
  ])('%j', async (paths, expected) => {
    await using folder = await temporaryFolder('tree')
    await tree(folder.path)
    const found = await listTree(folder.path, paths)
    expect(found.map(({ path, mode }) => `${path} ${mode}`)).toEqual(expected)
  })

  it('names a path that is not there', async () => {
    await using folder = await temporaryFolder('tree')
    await expect(listTree(folder.path, ['none'])).rejects.toMatchObject({
      code: 'REWRITE_PATH_UNREADABLE',
      message: 'none: no such file or folder',
    })
  })
})

describe('readTreeFile', () => {
  it('reads bytes, and no link that took the place of the file', async () => {
    await using folder = await temporaryFolder('tree')
    await writeFile(join(folder.path, 'a'), Buffer.from([0xff, 0x00, 0xc3, 0xa4]))
    const file = await entry(folder.path, 'a')
    expect(await readTreeFile(file)).toBe('\u00ff\u0000\u00c3\u00a4')
    await rename(file.place, join(folder.path, 'b'))
    await symlink('b', file.place)
    await expect(readTreeFile(file)).rejects.toMatchObject({
      code: 'REWRITE_PATH_UNREADABLE',
      message: 'a: cannot be read (ELOOP)',
    })
  })
})

describe('writeTreeFile', () => {
  it('replaces the bytes, keeps the mode and leaves nothing beside', async () => {
    await using folder = await temporaryFolder('tree')
    await writeFile(join(folder.path, 'a'), 'old and longer')
    await chmod(join(folder.path, 'a'), 0o750)
    const file = await entry(folder.path, 'a')
    const before = await stat(file.place)
    await writeTreeFile(file, '\u00ff\u0000')
    expect([...(await readFile(file.place))]).toEqual([0xff, 0])
    const after = await stat(file.place)
    expect(after.mode).toBe(before.mode)
    expect(after.ino).not.toBe(before.ino)
    expect(await readdir(folder.path)).toEqual(['a'])
  })

  it('follows a link that was named, and leaves it a link', async () => {
    await using folder = await temporaryFolder('tree')
    await writeFile(join(folder.path, 'a'), 'old')
    await symlink('a', join(folder.path, 'b'))
    await writeTreeFile(await entry(folder.path, 'b'), 'new')
    expect(await readFile(join(folder.path, 'a'), 'utf8')).toBe('new')
    expect((await entry(folder.path, '.')).path).toBe('a')
  })

  it('says that it could not, and leaves nothing', async () => {
    await using folder = await temporaryFolder('tree')
    await writeFile(join(folder.path, 'a'), 'old')
    const file = await entry(folder.path, 'a')
    await rename(file.place, join(folder.path, 'b'))
    await expect(writeTreeFile(file, 'new')).rejects.toMatchObject({
      code: 'REWRITE_NOT_WRITTEN',
      message: 'a: could not be written (ENOENT)',
    })
    expect(await readdir(folder.path)).toEqual(['b'])
  })
})
