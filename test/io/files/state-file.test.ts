import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ObjectRef } from '#core/api/object-ref.ts'
import { openStateFile } from '#io/files/state-file.ts'

let folder = ''
let path = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tagboat-state-'))
  path = join(folder, 'state.json')
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

const key = (name: string): ObjectRef => ({ group: 'tagboat.dev', kind: 'ImagePolicy', namespace: 'apps', name })
const elected = (tag: string) => ({ latestRef: { name: 'a', tag } })

describe('state file', () => {
  it('begins empty, and gives back what was saved', async () => {
    const state = await openStateFile(path)
    expect(state.status(key('web'))).toBeUndefined()
    await state.save(key('web'), elected('1'))
    const again = await openStateFile(path)
    expect(again.status(key('web'))).toEqual(elected('1'))
    expect(again.status(key('api'))).toBeUndefined()
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      version: 1,
      objects: { 'tagboat.dev/ImagePolicy/apps/web': elected('1') },
    })
  })

  it('keeps objects that this run does not know', async () => {
    await (await openStateFile(path)).save(key('web'), elected('1'))
    await (await openStateFile(path)).save(key('api'), elected('2'))
    const state = await openStateFile(path)
    expect(state.status(key('web'))).toEqual(elected('1'))
    expect(state.status(key('api'))).toEqual(elected('2'))
  })

  it('has everything on disk when many saves at once resolve, and leaves no temporary file', async () => {
    const state = await openStateFile(path)
    const names = Array.from({ length: 200 }, (_, index) => `n${index}`)
    await Promise.all(
      names.map(async (name) => {
        await state.save(key(name), elected(name))
        expect((await openStateFile(path)).status(key(name))).toEqual(elected(name))
      }),
    )
    expect(await readdir(folder)).toEqual(['state.json'])
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('survives the temporary file of a killed run', async () => {
    await writeFile(`${path}.tmp`, 'half')
    await (await openStateFile(path)).save(key('web'), elected('1'))
    expect(await readdir(folder)).toEqual(['state.json'])
  })

  const bad: readonly [string, string, string][] = [
    ['no JSON', '{"version": 1', 'is no JSON: '],
    ['another version', '{"version": 2, "objects": {}}', 'is not a state file of version 1'],
    ['something else', '[]', 'is not a state file of version 1'],
  ]
  it.each(bad)('refuses %s', async (_, text, message) => {
    await writeFile(path, text)
    await expect(openStateFile(path)).rejects.toMatchObject({
      code: 'RESOURCE_STATE_INVALID',
      message: expect.stringContaining(`state file ${path}: ${message}`),
    })
  })

  it('refuses a status that is not of its kind, and does not write over it', async () => {
    const text = '{"version":1,"objects":{"tagboat.dev/ImagePolicy/apps/web":{"latestRef":{"name":1}}}}'
    await writeFile(path, text)
    const state = await openStateFile(path)
    expect(() => state.status(key('web'))).toThrow(
      expect.objectContaining({
        code: 'RESOURCE_STATE_INVALID',
        message: expect.stringContaining('tagboat.dev/ImagePolicy/apps/web: latestRef.name: '),
      }),
    )
    expect(await readFile(path, 'utf8')).toBe(text)
  })

  it('says before the work when it cannot be written', async () => {
    await expect(openStateFile(join(folder, 'no/such.json'))).rejects.toMatchObject({
      message: `state file ${join(folder, 'no/such.json')}: its folder does not exist`,
    })
    await expect(openStateFile(folder)).rejects.toMatchObject({ message: expect.stringContaining('EISDIR') })
  })

  it('tells every waiting save when a write fails, and works again afterwards', async () => {
    const state = await openStateFile(path)
    await rm(folder, { recursive: true })
    const saves = [state.save(key('a'), elected('1')), state.save(key('b'), elected('1'))]
    for (const result of await Promise.allSettled(saves)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'RESOURCE_STATE_INVALID' } })
    }
    const { mkdir } = await import('node:fs/promises')
    await mkdir(folder)
    await chmod(folder, 0o700)
    await state.save(key('c'), elected('1'))
    expect((await openStateFile(path)).status(key('a'))).toEqual(elected('1'))
  })
})
