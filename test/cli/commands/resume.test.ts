import { afterEach, beforeEach, expect, it } from 'vitest'
import { handle, isSuspended, kinds, object, openScene, type CommandScene } from '../cluster/scene.ts'

const opened: { scene?: CommandScene } = {}
beforeEach(async () => {
  opened.scene = await openScene()
  for (const name of ['a', 'b']) opened.scene.fake.put(kinds.images, object(name, { spec: { suspend: true } }))
})
afterEach(async () => opened.scene?.[Symbol.asyncDispose]())

function scene(): CommandScene {
  if (opened.scene === undefined) throw new Error('the scene was not set')
  return opened.scene
}

function suspended(name: string): unknown {
  return isSuspended(scene().fake, kinds.images, name)
}

it('resumes what is named, and asks for a pass', async () => {
  expect(await scene().run('resume image/a')).toEqual({
    code: 0,
    out: '✔ ImageRepository apps/a: resumed\n',
    err: '',
  })
  expect([suspended('a'), suspended('b')]).toEqual([false, true])
  expect(scene().fake.get(kinds.images, { namespace: 'apps', name: 'a' })?.metadata).toMatchObject({
    annotations: { 'reconcile.fluxcd.io/requestedAt': expect.any(String) as string },
  })
})

it('with --wait it ends when every pass is over, and fails if one has failed', async () => {
  const { io, ended } = scene().start('resume images --all --wait')
  await handle(scene().fake, kinds.images, { name: 'b', ready: false, message: 'scan failed' })
  await handle(scene().fake, kinds.images, { name: 'a', message: 'successful scan' })
  expect(await ended).toBe(1)
  expect(io.out()).toBe('✔ ImageRepository apps/a: successful scan\n')
  expect(io.err()).toBe(`◎ waiting for ImageRepository apps/a
◎ waiting for ImageRepository apps/b
✗ ImageRepository apps/b: scan failed
`)
  expect([suspended('a'), suspended('b')]).toEqual([false, false])
})

it('with -o json the objects are as they are in the end', async () => {
  const { io, ended } = scene().start('resume image/a --wait -o json')
  await handle(scene().fake, kinds.images, { name: 'a', message: 'successful scan' })
  expect(await ended).toBe(0)
  expect(JSON.parse(io.out())).toMatchObject({
    items: [{ spec: { suspend: false }, status: { conditions: [{ message: 'successful scan' }] } }],
  })
  expect(io.err()).toBe('')
})
