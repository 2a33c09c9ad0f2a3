import { expect, it } from 'vitest'
import { DispatchScene, keyIn, live, settle, settled, type Written } from './trigger-scene.ts'

const asked = (value: string): Written => ({ metadata: { annotations: { 'tagboat.dev/requestedAt': value } } })

/** A dispatcher that leads, with a repository that has been scanned. */
async function leading(...written: readonly Written[]): Promise<DispatchScene> {
  const scene = new DispatchScene()
  scene.dispatcher.lead()
  for (const one of written) scene.put(live('ImageRepository', one))
  await scene.added()
  return scene
}

const repository = keyIn(live('ImageRepository'))
const automation = keyIn(live('ImageUpdateAutomation'))

it('the leader looks at everything: what is new or asked for at once, the rest spread', async () => {
  await using scene = new DispatchScene()
  scene.put(live('ImageRepository'))
  scene.put(live('ImageRepository', { name: 'asked', ...asked('1'), status: settled() }))
  scene.put(live('ImageRepository', { name: 'sleeps', spec: { suspend: true } }))
  for (let index = 0; index < 100; index += 1) {
    scene.put(live('ImageRepository', { name: `r${index}`, status: settled() }))
  }
  expect(await scene.added()).toEqual([])
  scene.dispatcher.lead()
  expect(await scene.added()).toEqual(['ImageRepository apps/web@0', 'ImageRepository apps/asked@0'])
  await scene.clock.advance(50_000)
  const spread = await scene.added()
  expect(spread).toHaveLength(100)
  const seconds = new Set(spread.map((text) => Math.floor(Number(text.split('@')[1]) / 1000)))
  expect(seconds.size).toBeGreaterThan(30)
})

it('who begins to lead takes up what changed while another led and may not have acted', async () => {
  await using scene = new DispatchScene()
  scene.put(live('ImageUpdateAutomation', { status: settled() }))
  scene.put(live('ImagePolicy', elected('1.0.0')))
  await scene.clock.advance(61_000)
  scene.dispatcher.rest()
  scene.put(live('ImagePolicy', elected('1.1.0')))
  expect(await scene.added()).toEqual([])
  await scene.clock.advance(40_000)
  scene.dispatcher.lead()
  await scene.clock.advance(1000)
  expect(await scene.added()).toEqual(['ImageUpdateAutomation apps/web@101250'])
})

it('an interval begins when the result comes', async () => {
  await using scene = await leading({})
  await scene.clock.advance(1000)
  scene.finish(repository, 300_000)
  await scene.clock.advance(299_999)
  expect(await scene.added()).toEqual([])
  await scene.clock.advance(1)
  expect(await scene.added()).toEqual(['ImageRepository apps/web@301000'])
})

it('without a time only a change wakes it again', async () => {
  await using scene = await leading({})
  scene.stall(repository)
  scene.put(live('ImageRepository', { status: settled({}, 'False') }))
  await scene.clock.advance(3_600_000)
  expect(await scene.added()).toEqual([])
  scene.put(live('ImageRepository', { metadata: { generation: 2 } }))
  expect(await scene.added()).toEqual(['ImageRepository apps/web@3600000'])
})

it('a result that never comes costs no more than the queue shows', async () => {
  await using scene = await leading({})
  // The job waits or runs for long: nobody adds another one.
  await scene.clock.advance(120_000)
  expect(await scene.added()).toEqual([])
  // It ended, and the message was lost.
  scene.queues.waiting.clear()
  await scene.clock.advance(30_000)
  expect(await scene.added()).toEqual(['ImageRepository apps/web@150000'])
})

it('F2 a flushed Redis: what was outstanding is added again as soon as that is known', async () => {
  await using scene = await leading({}, { name: 'done' })
  scene.finish({ ...repository, name: 'done' }, 300_000)
  scene.queues.waiting.clear()
  scene.dispatcher.recheck()
  expect(await scene.added()).toEqual(['ImageRepository apps/web@0'])
  scene.dispatcher.recheck()
  expect(await scene.added()).toEqual([])
})

it('F1 no trigger is lost while Redis is away', async () => {
  await using scene = await leading({ status: settled() })
  scene.queues.isDown = true
  scene.put(live('ImageRepository', { metadata: { generation: 2 }, status: settled() }))
  await scene.clock.advance(90_000)
  scene.dispatcher.recheck()
  scene.queues.isDown = false
  expect(await scene.added()).toEqual([])
  await scene.clock.advance(1000)
  expect(await scene.added()).toEqual(['ImageRepository apps/web@91000'])
})

it('what ends while the queue is asked for it is not added again', async () => {
  await using scene = await leading({})
  scene.queues.waiting.clear()
  scene.dispatcher.recheck()
  scene.finish(repository, 300_000)
  expect(await scene.added()).toEqual([])
})

it('a trigger during a run is followed up even if the run that it asked for is lost', async () => {
  await using scene = await leading({})
  scene.dispatcher.started(repository)
  scene.put(live('ImageRepository', asked('1')))
  expect(await scene.added()).toEqual(['ImageRepository apps/web@0'])
  scene.finish(repository, 300_000) // of the first run; Redis has forgotten the second
  await scene.clock.advance(60_000)
  expect(await scene.added()).toEqual(['ImageRepository apps/web@30000'])
  scene.finish(repository, 300_000)
  await scene.clock.advance(200_000)
  expect(await scene.added()).toEqual([])
})

it('triggers before a run that begins here are one run', async () => {
  await using scene = await leading({})
  scene.put(live('ImageRepository', asked('1')))
  await settle()
  scene.dispatcher.started(repository)
  scene.finish(repository, 300_000)
  scene.queues.take()
  await scene.clock.advance(200_000)
  expect(await scene.added()).toEqual([])
})

const elected = (tag: string): Written => ({ status: settled({ latestRef: { name: 'x', tag } }) })

/** Policies with an election each, and one automation that has run. */
async function withAutomation(policies: number): Promise<DispatchScene> {
  const scene = new DispatchScene()
  for (let index = 0; index < policies; index += 1)
    scene.put(live('ImagePolicy', { name: `p${index}`, ...elected('1') }))
  scene.put(live('ImageUpdateAutomation'))
  scene.dispatcher.lead()
  await scene.clock.advance(70_000)
  for (let index = 0; index < policies; index += 1)
    scene.finish({ ...automation, kind: 'ImagePolicy', name: `p${index}` })
  scene.finish(automation, 300_000)
  scene.queues.take()
  return scene
}

it('20 policies that change within a second are one run of their automation', async () => {
  await using scene = await withAutomation(20)
  for (let index = 0; index < 20; index += 1) {
    scene.put(live('ImagePolicy', { name: `p${index}`, ...elected('2') }))
    await scene.clock.advance(50)
  }
  await scene.clock.advance(250)
  expect(await scene.added()).toEqual(['ImageUpdateAutomation apps/web@71200'])
})

it('one that changes without end is heard after two seconds', async () => {
  await using scene = await withAutomation(1)
  for (let turn = 0; turn < 30; turn += 1) {
    scene.put(live('ImagePolicy', { name: 'p0', ...elected(`2.${turn}`) }))
    await scene.clock.advance(100)
  }
  const added = await scene.added()
  expect(added[0]).toBe('ImageUpdateAutomation apps/web@72000')
})

it('a request does not wait for the window, and is its run too', async () => {
  await using scene = await withAutomation(1)
  scene.put(live('ImagePolicy', { name: 'p0', ...elected('2') }))
  await scene.clock.advance(100)
  scene.put(live('ImageUpdateAutomation', asked('1')))
  await scene.clock.advance(5000)
  expect(await scene.added()).toEqual(['ImageUpdateAutomation apps/web@70100'])
})

it('a suspended object sleeps through what others do, and through its own interval', async () => {
  await using scene = await leading({ status: settled() })
  await scene.clock.advance(60_000)
  scene.finish(repository, 300_000)
  scene.queues.take()
  scene.put(live('ImageRepository', { metadata: { generation: 2 }, spec: { suspend: true }, status: settled() }))
  expect(await scene.added()).toHaveLength(1) // it sees that it is suspended
  scene.finish(repository)
  scene.dispatcher.wake(repository, 'now')
  await scene.clock.advance(600_000)
  expect(await scene.added()).toEqual([])
  scene.put(live('ImageRepository', { metadata: { generation: 3 }, status: settled() }))
  expect(await scene.added()).toEqual(['ImageRepository apps/web@660000'])
})

it('an object that is gone is forgotten everywhere', async () => {
  await using scene = await leading({})
  scene.finish(repository, 1000)
  scene.dispatcher.wake(repository, 'window')
  scene.remove(repository)
  scene.dispatcher.finished({ key: repository, afterMs: 10, gone: false })
  await scene.clock.advance(600_000)
  expect(await scene.added()).toEqual([])
  expect(scene.dispatcher.states()).toMatchObject({ objects: 0, timers: 0, windows: 0, outstanding: 0, unsent: 0 })
})

it('gone in a replica whose cache is behind ours: it is tried again in a moment', async () => {
  await using scene = await leading({})
  scene.queues.waiting.clear()
  scene.dispatcher.finished({ key: repository, afterMs: undefined, gone: true })
  await scene.clock.advance(1000)
  expect(await scene.added()).toEqual(['ImageRepository apps/web@1000'])
})

it.each(['ImageRepository', 'ImagePolicy'])('%s: a replica that knew less did nothing; it runs again', async (kind) => {
  await using scene = new DispatchScene()
  scene.dispatcher.lead()
  const key = scene.put(live(kind))
  await scene.added()
  scene.finish(key) // there it was suspended, or Flux's
  await scene.clock.advance(60_000)
  expect(await scene.added()).toEqual([`${kind} apps/web@60000`])
})

it("the wall clock's steps change nothing", async () => {
  await using scene = await leading({})
  scene.finish(repository, 300_000)
  scene.clock.wallOffset += 86_400_000
  await scene.clock.advance(299_000)
  scene.clock.wallOffset -= 172_800_000
  expect(await scene.added()).toEqual([])
  await scene.clock.advance(1000)
  expect(await scene.added()).toHaveLength(1)
})

it('F43 who leads no more adds nothing; who leads again looks at everything', async () => {
  await using scene = await leading({})
  scene.finish(repository, 1000)
  scene.dispatcher.rest()
  scene.put(live('ImageRepository', { status: settled() }))
  scene.put(live('ImageRepository', { metadata: { generation: 2 }, status: settled() }))
  scene.dispatcher.finished({ key: repository, afterMs: 10, gone: false })
  await scene.clock.advance(600_000)
  expect(await scene.added()).toEqual([])
  scene.dispatcher.lead()
  scene.dispatcher.lead()
  expect(await scene.added()).toEqual(['ImageRepository apps/web@600000'])
})

it('objects of others, and of other shards, are left alone until they come to us', async () => {
  const ours = new Set(['web'])
  await using scene = new DispatchScene({
    owns: ({ name }) => ours.has(name),
    selects: (labels) => labels['shard'] !== 'b',
  })
  scene.dispatcher.lead()
  for (const name of ['web', 'flux']) scene.put(live('ImageRepository', { name }))
  scene.put(live('ImageRepository', { name: 'shard', metadata: { labels: { shard: 'b' } } }))
  expect(await scene.added()).toEqual(['ImageRepository apps/web@0'])
  ours.delete('web')
  ours.add('flux')
  scene.dispatcher.reconsider()
  expect(await scene.added()).toEqual(['ImageRepository apps/flux@0'])
  expect(scene.dispatcher.states().outstanding).toBe(1)
})

it('F49 5,000 objects at once: a few requests, and each once', async () => {
  await using scene = new DispatchScene()
  scene.dispatcher.lead()
  for (let index = 0; index < 5000; index += 1) scene.put(live('ImageRepository', { name: `r${index}` }))
  const added = await scene.added()
  expect([added.length, new Set(added).size, scene.queues.requests]).toEqual([5000, 5000, 10])
})

it('says what it has in hand', async () => {
  await using scene = await leading({}, { name: 'done' })
  scene.finish({ ...repository, name: 'done' }, 300_000)
  scene.dispatcher.wake({ ...repository, name: 'done' }, 'window')
  await scene.clock.advance(100)
  expect(scene.dispatcher.states()).toEqual({
    isLeading: true,
    objects: 2,
    timers: 2,
    windows: 1,
    unsent: 0,
    outstanding: 1,
    oldestMs: 100,
  })
})
