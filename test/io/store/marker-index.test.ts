import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { findMarkersTask } from '#core/rewrite/find-targets.ts'
import { FileMarkerIndex } from '#io/store/marker-index.ts'
import { temporaryFolder } from '../../services/temporary-folder.ts'

const index = findMarkersTask.run('image: x:1 # {"$imagepolicy": "apps:p"}\n')
const log = { debug() {}, info() {}, warn() {}, error() {} }

it('gives back in the next run what this one found, exactly', async () => {
  await using folder = await temporaryFolder('index')
  const options = { path: join(folder.path, 'cache', 'markers.json'), program: '1.0.0', log }
  {
    await using store = new FileMarkerIndex(options)
    expect(await store.load('aa')).toBeUndefined()
    await store.save('aa', index)
    expect(await store.load('aa')).toBe(index)
  }
  await using later = new FileMarkerIndex(options)
  expect(await later.load('aa')).toEqual(index)
  expect(await later.load('bb')).toBeUndefined()
})

it.each([
  ['of another version', '{"format":1,"program":"0.9.0","files":{"aa":{"targets":[],"misses":[]}}}'],
  ['of another format', '{"format":0,"program":"1.0.0","files":{"aa":{"targets":[],"misses":[]}}}'],
  ['that is cut', '{"format":1,"program":"1.0.0","files":{"aa"'],
])('takes a file %s for empty', async (_what, text) => {
  await using folder = await temporaryFolder('index')
  const path = join(folder.path, 'markers.json')
  await writeFile(path, text)
  await using store = new FileMarkerIndex({ path, program: '1.0.0', log })
  expect(await store.load('aa')).toBeUndefined()
})

it('writes nothing when nothing is new, and loses nothing when it cannot write', async () => {
  await using folder = await temporaryFolder('index')
  const path = join(folder.path, 'markers.json')
  {
    await using idle = new FileMarkerIndex({ path, program: '1.0.0', log })
    await idle.load('aa')
  }
  await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' })
  await writeFile(join(folder.path, 'file'), '')
  const blocked = new FileMarkerIndex({ path: join(folder.path, 'file', 'markers.json'), program: '1.0.0', log })
  await blocked.save('aa', index)
  await expect(blocked[Symbol.asyncDispose]()).resolves.toBeUndefined()
})
