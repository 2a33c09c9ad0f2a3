import { describe, expect, it } from 'vitest'
import { findInstallations } from '#controller/queue/installations.ts'
import { neverAborted, useScene } from './scene.ts'

const scene = useScene()

describe('installations in a Redis', () => {
  it.each([
    ['none', [], []],
    ['keys of others', ['scan:meta', '{other:1}:scan:meta', '{tagboat:1}:select:meta', 'x{tagboat:1}:scan:meta'], []],
    ['one', ['{tagboat:3f0c}:scan:meta', '{tagboat:3f0c}:scan:wait'], ['{tagboat:3f0c}']],
    ['two', ['{tagboat:b-1}:scan:meta', '{tagboat:a}:scan:meta'], ['{tagboat:a}', '{tagboat:b-1}']],
  ])('%s', async (_, keys, prefixes) => {
    for (const name of keys) await scene().server.command('hset', name, 'a', 'b')
    expect(await findInstallations(scene().redis, neverAborted)).toEqual(prefixes)
  })

  it('are found among many other keys', async () => {
    await scene().server.command('eval', "for i = 1, 20000 do redis.call('set', 'k' .. i, i) end", '0')
    await scene().server.command('hset', '{tagboat:3f0c}:scan:meta', 'a', 'b')
    expect(await findInstallations(scene().redis, neverAborted)).toEqual(['{tagboat:3f0c}'])
  })

  it('are not looked for any longer than somebody waits', async () => {
    await expect(findInstallations(scene().redis, AbortSignal.abort())).rejects.toThrow('aborted')
  })
})
