import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findFiles } from '#io/files/find-files.ts'

let root = ''

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tagboat-files-'))
  for (const folder of ['in/b/c', 'in/.git', 'in/node_modules/x', 'out'])
    await mkdir(join(root, folder), { recursive: true })
  const files = ['in/z.yaml', 'in/a.yml', 'in/B.yaml', 'in/b/c/d.yaml', 'in/a.test.yaml', 'in/a.test.yml', 'in/a.json']
  files.push('in/.hidden.yaml', 'in/.git/config.yaml', 'in/node_modules/x/y.yaml', 'in/README.md', 'out/secret.yaml')
  for (const file of files) await writeFile(join(root, file), `# ${file}\n`)
})

afterEach(async () => {
  await rm(root, { recursive: true })
})

const shown = (path: string) => path.replace(`${root}/`, '')

async function find(...paths: readonly string[]) {
  const { files, unread } = await findFiles(paths.map((path) => join(root, path)))
  return {
    files: files.map(({ path }) => shown(path)),
    unread: unread.map(({ path, reason }) => `${shown(path)}: ${reason}`),
  }
}

describe('findFiles', () => {
  it('reads a folder in the order of bytes, without what is not meant', async () => {
    expect(await find('in')).toEqual({
      files: ['in/B.yaml', 'in/a.yml', 'in/b/c/d.yaml', 'in/z.yaml'],
      unread: [],
    })
  })

  it('reads files by name in the given order, whatever they are called, and each once', async () => {
    expect((await find('in/z.yaml', 'in/a.json', 'in')).files).toEqual([
      'in/z.yaml',
      'in/a.json',
      'in/B.yaml',
      'in/a.yml',
      'in/b/c/d.yaml',
    ])
  })

  it('gives the text', async () => {
    const { files } = await findFiles([join(root, 'in/a.yml')])
    expect(files).toEqual([{ path: join(root, 'in/a.yml'), text: '# in/a.yml\n' }])
  })

  it('follows links within the folder and no others', async () => {
    await symlink('../out/secret.yaml', join(root, 'in/leak.yaml'))
    await symlink(root, join(root, 'in/b/up'))
    await symlink('..', join(root, 'in/b/loop'))
    await symlink('nowhere', join(root, 'in/dangling.yaml'))
    await symlink('b/c/d.yaml', join(root, 'in/again.yaml'))
    expect(await find('in')).toEqual({
      files: ['in/B.yaml', 'in/a.yml', 'in/again.yaml', 'in/z.yaml'],
      unread: ['in/dangling.yaml: the link leads nowhere', 'in/leak.yaml: the link leads out of the folder'],
    })
  })

  it('goes into a folder that is given as a link', async () => {
    await symlink('in', join(root, 'link'))
    expect((await find('link')).files).toContain('link/b/c/d.yaml')
  })

  it('leaves a large file of a folder aside and refuses one that is named', async () => {
    await writeFile(join(root, 'in/large.yaml'), 'x'.repeat(1_048_577))
    expect((await find('in')).unread).toEqual(['in/large.yaml: larger than 1048576 bytes'])
    await expect(find('in/large.yaml')).rejects.toMatchObject({
      code: 'RESOURCE_UNREADABLE',
      message: `${root}/in/large.yaml: larger than 1048576 bytes`,
    })
  })

  it('says which path does not exist', async () => {
    await expect(find('in', 'policies')).rejects.toMatchObject({
      code: 'RESOURCE_UNREADABLE',
      message: `${root}/policies: no such file or folder`,
    })
  })

  it('stops at a depth that nobody writes', async () => {
    const deep = join(root, 'in', ...Array.from({ length: 70 }, () => 'd'))
    await mkdir(deep, { recursive: true })
    await writeFile(join(deep, 'x.yaml'), '')
    const { files, unread } = await find('in')
    expect(files).not.toContain(shown(join(deep, 'x.yaml')))
    expect(unread).toEqual([expect.stringMatching(/: more than 64 folders deep$/)])
  })
})
