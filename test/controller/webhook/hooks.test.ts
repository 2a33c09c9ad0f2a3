import { expect, it } from 'vitest'
import { Hooks } from '#controller/webhook/hooks.ts'
import type { Resource } from '#flow/ports.ts'
import { example } from '../../core/api/examples.ts'
import { hookAt, hookOwner, hookSecret, memoryLog, TestClock } from './scene.ts'

const { signal } = new AbortController()
const web = hookOwner('ImageRepository', { type: 'github' })
const named = (name: string, fields: object = {}) =>
  hookOwner('ImageRepository', { type: 'github', ...fields }, { metadata: { name } })

interface World {
  resources: readonly Resource[]
  /** By name; an error is thrown. */
  secrets: Readonly<Record<string, ReturnType<typeof hookSecret> | Error | undefined>>
}

function open(world: World) {
  const clock = new TestClock()
  const log = memoryLog()
  const read = { lists: 0, secrets: 0 }
  const resources = {
    list: async () => {
      read.lists += 1
      return world.resources
    },
    secret: async (_namespace: string, name: string) => {
      read.secrets += 1
      const secret = world.secrets[name]
      if (secret instanceof Error) throw secret
      return secret
    },
  }
  const hooks = new Hooks({ resources, clock, log })
  const names = async (path: string) => (await hooks.lookup(path, signal)).map(({ object }) => object.name)
  return { clock, log, read, hooks, names }
}

it('finds who listens under a path: all of a namespace with the same Secret and name', async () => {
  const world = {
    resources: [
      web,
      named('api'),
      named('worker', { name: 'web' }),
      example('ImagePolicy'),
      example('ImageRepository'),
    ],
    secrets: { hook: hookSecret() },
  }
  const { names, read } = open(world)
  expect(await names(hookAt(web).path)).toEqual(['web', 'worker'])
  expect(await names(hookAt(named('api')).path)).toEqual(['api'])
  expect(await names(`/hook/${'0'.repeat(64)}`)).toEqual([])
  expect(read).toEqual({ lists: 1, secrets: 1 })
})

it('sees changes when it is told, at most once a second, and after a minute in any case', async () => {
  const world: World = { resources: [], secrets: { hook: hookSecret() } }
  const { clock, hooks, names, read } = open(world)
  const { path } = hookAt(web)
  expect(await names(path)).toEqual([])
  world.resources = [web]
  await clock.pass(2000)
  expect(await names(path)).toEqual([])
  hooks.changed()
  expect(await names(path)).toEqual(['web'])
  hooks.changed()
  await names(path)
  expect(read.lists).toBe(2)
  await clock.pass(60_001)
  world.resources = []
  expect(await names(path)).toEqual([])
  expect(read.lists).toBe(3)
})

it('closes a hook whose token has changed', async () => {
  const world: World = { resources: [web], secrets: { hook: hookSecret() } }
  const { clock, hooks, names } = open(world)
  const { path } = hookAt(web)
  expect(await names(path)).toEqual(['web'])
  world.secrets = { hook: hookSecret({ token: 'another-token-of-some-bytes' }) }
  hooks.changed()
  await clock.pass(1001)
  expect(await names(path)).toEqual([])
})

it('keeps what it knew of a Secret that cannot be read, and lets it hinder no other', async () => {
  const other = hookOwner(
    'ImageRepository',
    { type: 'github' },
    { webhook: { type: 'github', secretRef: { name: 'b' } } },
  )
  const world: World = { resources: [web, other], secrets: { hook: hookSecret(), b: new Error('forbidden') } }
  const { clock, hooks, log, names } = open(world)
  const { path } = hookAt(web)
  expect(await names(path)).toEqual(['web'])
  expect(log.lines).toMatchObject([{ level: 'warn', message: 'Secrets of webhooks could not be read: 1' }])
  world.secrets = { hook: new Error('gone'), b: hookSecret() }
  hooks.changed()
  await clock.pass(1001)
  expect(await names(path)).toEqual(['web', 'web'])
})

it('rejects as long as nothing is known, and keeps what it knew when nothing can be read', async () => {
  const world: World = { resources: [web], secrets: { hook: new Error('no API server') } }
  const { clock, hooks, names } = open(world)
  const { path } = hookAt(web)
  await expect(names(path)).rejects.toThrow('no API server')
  world.secrets = { hook: hookSecret() }
  expect(await names(path)).toEqual(['web'])
  world.secrets = { hook: new Error('no API server') }
  hooks.changed()
  await clock.pass(1001)
  expect(await names(path)).toEqual(['web'])
})

it('knows which refs automations read and push to', async () => {
  const source = hookOwner(
    'GitRepository',
    { type: 'github' },
    { ref: { branch: 'main' }, metadata: { name: 'config' } },
  )
  const automation = example('ImageUpdateAutomation', {
    git: {
      checkout: { ref: { branch: 'staging' } },
      commit: { author: { email: 'bot@example.com' } },
      push: { branch: 'bot' },
    },
  })
  const foreign = example('ImageUpdateAutomation', { sourceRef: { name: 'other' }, git: undefined })
  const { hooks } = open({ resources: [source, automation, foreign], secrets: { hook: hookSecret() } })
  const [hook] = await hooks.lookup(hookAt(source).path, signal)
  expect(hook?.follows).toEqual({ refs: [{ branch: 'main' }, { branch: 'staging' }, { branch: 'bot' }] })
})
