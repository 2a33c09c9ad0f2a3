import { expect, it } from 'vitest'
import type { ObjectEvent } from '#core/api/condition.ts'
import { Events } from '#io/cluster/events.ts'
import { systemClock } from '#io/clock.ts'
import { keepingLog } from '../../conformance/cluster.scene.ts'
import type { FakeObject } from '../../fakes/kubernetes.ts'
import { fakeScene, kindOf, type FakeScene } from './scene.ts'

const about = {
  apiVersion: 'image.toolkit.fluxcd.io/v1',
  kind: 'ImagePolicy',
  metadata: { namespace: 'apps', name: 'web', uid: 'u-1', resourceVersion: '5' },
}
const elected: ObjectEvent = {
  type: 'Normal',
  reason: 'Succeeded',
  message: 'resolved to 1.2.3',
  metadata: { tag: '1.2.3' },
}

function open(scene: FakeScene) {
  const time = { now: 0 }
  const log = keepingLog()
  const clock = { now: () => Date.UTC(2026, 10, 24) + time.now, monotonic: () => time.now }
  const events = new Events(scene.cluster, { instance: 'tagboat-0', clock, log })
  return { events, log, time, post: async (event: ObjectEvent) => events.post(about, event, scene.signal) }
}

const writes = ({ fake }: FakeScene) =>
  fake.requests.map(({ method, body }) => ({ method, body: body as Record<string, unknown> }))

it('an event says who, what and about which object, with metadata as Flux writes it', async () => {
  await using scene = await fakeScene()
  await open(scene).post(elected)
  expect(writes(scene)[0]?.body).toMatchObject({
    apiVersion: 'events.k8s.io/v1',
    metadata: { namespace: 'apps', annotations: { 'image.toolkit.fluxcd.io/tag': '1.2.3' } },
    regarding: { apiVersion: about.apiVersion, kind: 'ImagePolicy', namespace: 'apps', name: 'web', uid: 'u-1' },
    type: 'Normal',
    reason: 'Succeeded',
    note: 'resolved to 1.2.3',
    action: 'Reconcile',
    eventTime: '2026-11-24T00:00:00.000000Z',
    reportingInstance: 'tagboat-0',
  })
})

it('repetitions are counted, and the count is written once a minute', async () => {
  await using scene = await fakeScene()
  const { post, time } = open(scene)
  for (const at of [0, 1000, 2000, 3000, 70_000, 71_000]) {
    time.now = at
    await post(elected)
  }
  const seen = writes(scene).map(({ method, body }) => [
    method,
    (body['series'] as { count: number } | undefined)?.count,
  ])
  expect(seen).toEqual([
    ['POST', undefined],
    ['PATCH', 2],
    ['PATCH', 5],
  ])
})

it('after six minutes of silence, or when it was cleared away, it is a new event', async () => {
  await using scene = await fakeScene()
  const { post, time } = open(scene)
  await post(elected)
  time.now = 361_000
  await post(elected)
  const second = scene.fake.requests[1]?.body as FakeObject
  scene.fake.remove(kindOf('events'), { namespace: 'apps', name: second.metadata.name })
  time.now = 362_000
  await post(elected)
  expect(writes(scene).map(({ method }) => method)).toEqual(['POST', 'POST', 'PATCH', 'POST'])
})

it('what differs in anything is another event', async () => {
  await using scene = await fakeScene()
  const { post } = open(scene)
  const others: readonly Partial<ObjectEvent>[] = [
    {},
    { type: 'Warning' },
    { reason: 'Failed' },
    { message: 'x' },
    { metadata: { tag: '2' } },
  ]
  for (const other of others) await post({ ...elected, ...other })
  expect(writes(scene).map(({ method }) => method)).toEqual(Array.from(others, () => 'POST'))
})

it('a long note is cut at a character, odd keys of metadata are left out, secrets masked', async () => {
  await using scene = await fakeScene()
  const message = `https://user:pass-word@host ${'ä'.repeat(1000)}`
  await open(scene).post({ ...elected, message, metadata: { 'ok.key': 'a', 'no key': 'b', '': 'c' } })
  const written = scene.fake.requests[0]?.body as FakeObject
  const note = String(written['note'])
  expect(Buffer.byteLength(note)).toBeLessThan(1024)
  expect(note.endsWith('ä…')).toBe(true)
  expect(note).not.toContain('pass-word')
  expect(written.metadata['annotations']).toEqual({ 'image.toolkit.fluxcd.io/ok.key': 'a' })
})

it('an event that cannot be written disturbs nobody but the log; being stopped is passed on', async () => {
  await using scene = await fakeScene()
  const { events, log, post } = open(scene)
  scene.fake.fail(() => true, { status: 403 }, 99)
  await post(elected)
  expect(log.texts[0]).toContain('an event could not be written: ')
  await expect(events.post(about, elected, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
})

it('what is remembered is bounded', async () => {
  await using scene = await fakeScene()
  const memory = new Events(
    { ...scene.cluster, create: async (_gvr, object) => object },
    {
      instance: 'tagboat-0',
      clock: systemClock,
      log: keepingLog(),
    },
  )
  for (let index = 0; index < 5000; index += 1)
    await memory.post(about, { ...elected, message: String(index) }, scene.signal)
  await memory.post(about, { ...elected, message: '4999' }, scene.signal)
  expect(writes(scene).map(({ method }) => method)).toEqual(['PATCH']) // and, as it is not there, it is made anew
})
