import { afterEach, beforeEach, expect, it } from 'vitest'
import { isSuspended, kinds, object, openScene, putWorld, type CommandScene } from '../cluster/scene.ts'

const opened: { scene?: CommandScene } = {}
beforeEach(async () => {
  opened.scene = await openScene()
  putWorld(opened.scene.fake)
  opened.scene.fake.put(kinds.images, object('web'))
  opened.scene.fake.put(kinds.images, object('web', { namespace: 'other' }))
})
afterEach(async () => opened.scene?.[Symbol.asyncDispose]())

function scene(): CommandScene {
  if (opened.scene === undefined) throw new Error('the scene was not set')
  return opened.scene
}

function suspended(name: string, namespace = 'apps'): unknown {
  return isSuspended(scene().fake, kinds.images, name, namespace)
}

it('suspends what is named', async () => {
  expect(await scene().run('suspend image/podinfo')).toEqual({
    code: 0,
    out: '✔ ImageRepository apps/podinfo: suspended\n',
    err: '',
  })
  expect([suspended('podinfo'), suspended('web')]).toEqual([true, undefined])
  expect((await scene().run('get image/podinfo')).out).toMatch(/True {3}True/)
})

it('suspends all of a kind in the namespace', async () => {
  const { out } = await scene().run('suspend images --all -o json')
  expect(JSON.parse(out)).toMatchObject({ items: [{ spec: { suspend: true } }, { spec: { suspend: true } }] })
  expect([suspended('podinfo'), suspended('web'), suspended('web', 'other')]).toEqual([true, true, undefined])
})

it('says that there is nothing to suspend', async () => {
  const { code, err } = await scene().run('suspend images --all -n empty')
  expect([code, err]).toEqual([0, '✗ no objects found in namespace "empty"\n'])
})

it('suspends all of a kind in all namespaces', async () => {
  expect((await scene().run('suspend images --all -A')).out.split('\n')).toHaveLength(4)
  expect(suspended('web', 'other')).toBe(true)
})

it.each([
  ['images', 'nothing is named'],
  ['images web --all', '--all and names exclude each other'],
  ['images web -A', '--all-namespaces: a name is one object of one namespace'],
])('suspend %s is refused', async (operands, message) => {
  expect(await scene().run(`suspend ${operands}`)).toMatchObject({
    code: 64,
    err: expect.stringContaining(message) as string,
  })
})

it('of several names one that is not there hinders all', async () => {
  expect((await scene().run('suspend images podinfo nope')).code).toBe(1)
  expect(suspended('podinfo')).toBeUndefined()
})
