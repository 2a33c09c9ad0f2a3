import { afterEach, beforeEach, expect, it } from 'vitest'
import { until } from '../../conformance/cluster.scene.ts'
import type { FakeObject } from '../../fakes/kubernetes.ts'
import { kinds, openScene, type CommandScene } from '../cluster/scene.ts'

const opened: { scene?: CommandScene } = {}
const apiVersions = { own: 'tagboat.dev/v1', flux: 'image.toolkit.fluxcd.io/v1' }

beforeEach(async () => {
  opened.scene = await openScene()
  put('push', 12, { kind: 'ImageUpdateAutomation', object: 'apps', note: 'pushed commit' })
  put('scan', 100, { kind: 'ImageRepository', object: 'podinfo', note: 'successful scan', count: 4, lastMinutes: 40 })
  put('fail', 120, { kind: 'ImagePolicy', object: 'podinfo', note: 'no tag\nfits', type: 'Warning' })
  put('pod', 11, { kind: 'Pod', object: 'podinfo', apiVersion: 'v1', note: 'Started container' })
  put('other', 15, { kind: 'ImagePolicy', object: 'web', note: 'resolved', namespace: 'other' })
  // As client-go's older recorder, and with it Flux, writes events.
  scene().fake.put(kinds.events, {
    ...regarding({ kind: 'ImagePolicy', object: 'web', apiVersion: apiVersions.flux }),
    metadata: { name: 'flux', namespace: 'apps' },
    type: 'Normal',
    reason: 'Succeeded',
    note: 'of flux',
    deprecatedFirstTimestamp: ago(3 * 1440),
    deprecatedLastTimestamp: ago(3000),
    deprecatedCount: 7,
    eventTime: null,
  })
})
afterEach(async () => opened.scene?.[Symbol.asyncDispose]())

function scene(): CommandScene {
  if (opened.scene === undefined) throw new Error('the scene was not set')
  return opened.scene
}

interface About {
  readonly kind: string
  readonly object: string
  readonly apiVersion?: string
  readonly namespace?: string
}

interface Told extends About {
  readonly note: string
  readonly type?: string
  readonly count?: number
  readonly lastMinutes?: number
}

function regarding({ kind, object, apiVersion = apiVersions.own, namespace = 'apps' }: About) {
  return { regarding: { apiVersion, kind, name: object, namespace } }
}

function put(name: string, minutes: number, told: Told): void {
  const { note, type = 'Normal', count, lastMinutes = 0, namespace = 'apps' } = told
  const event: FakeObject = {
    ...regarding(told),
    metadata: { name, namespace },
    type,
    reason: 'Succeeded',
    note,
    eventTime: ago(minutes),
    ...(count !== undefined && { series: { count, lastObservedTime: ago(lastMinutes) } }),
  }
  scene().fake.put(kinds.events, event)
}

/** So long ago and half a minute, so that the time which passes meanwhile does not show. */
function ago(minutes: number): string {
  return new Date(Date.now() - (minutes + 0.5) * 60_000).toISOString().replace('Z', '000Z')
}

it('tells of our kinds and of Flux’s, the newest last', async () => {
  expect(await scene().run('events')).toEqual({
    code: 0,
    out: `LAST SEEN           TYPE     REASON     OBJECT                      MESSAGE
2d2h (x7 over 3d)   Normal   Succeeded  ImagePolicy/web             of flux
120m                Warning  Succeeded  ImagePolicy/podinfo         no tag fits
40m (x4 over 100m)  Normal   Succeeded  ImageRepository/podinfo     successful scan
12m                 Normal   Succeeded  ImageUpdateAutomation/apps  pushed commit
`,
    err: '',
  })
})

it.each([
  ['events policy/podinfo', ['no tag fits']],
  ['events policies', ['of flux', 'no tag fits']],
  ['events imagepolicy.tagboat.dev', ['no tag fits']],
  ['events policies podinfo web', ['of flux', 'no tag fits']],
  ['events --types Warning', ['no tag fits']],
  ['events image/podinfo --types Warning,Normal', ['successful scan']],
  ['events policies -A', ['of flux', 'no tag fits', 'resolved']],
  ['events policies -n other', ['resolved']],
])('%s', async (words, messages) => {
  const { out } = await scene().run(words)
  const lines = out.trim().split('\n').slice(1)
  expect(lines.map((line) => messages.find((message) => line.endsWith(message)))).toEqual(messages)
  expect(out.startsWith('NAMESPACE')).toBe(words.endsWith('-A'))
})

it('there are none', async () => {
  expect(await scene().run('events update/none')).toEqual({
    code: 0,
    out: '',
    err: '✗ no events found in namespace "apps"\n',
  })
})

it('with -o json they are as the API gives them', async () => {
  const { out } = await scene().run('events policy/podinfo -o json')
  expect(JSON.parse(out)).toMatchObject({
    items: [{ kind: 'Event', metadata: { name: 'fail' }, note: 'no tag\nfits' }],
  })
})

it('another type is refused', async () => {
  expect(await scene().run('events --types Error')).toMatchObject({
    code: 64,
    err: expect.stringContaining('--types: expected Normal or Warning, got "Error"') as string,
  })
})

it.each(['text', 'json'])('with --watch it goes on with what comes (%s)', async (output) => {
  const { io, stop } = scene().start(`events policies --watch -o ${output}`)
  await until(() => scene().fake.watches.open === 1)
  put('pod-2', 0, { kind: 'Pod', object: 'podinfo', apiVersion: 'v1', note: 'not ours' })
  put('new', 0, { kind: 'ImagePolicy', object: 'podinfo', note: 'resolved again' })
  put('fail', 0, { kind: 'ImagePolicy', object: 'podinfo', note: 'no tag fits', type: 'Warning', count: 2 })
  await until(() => io.out().split('\n').length > (output === 'text' ? 5 : 4))
  expect(await stop()).toBe(0)
  const notes = output === 'text' ? /(?:of flux|no tag fits|resolved again)$/gm : /"note":"([^"]*)"/g
  expect(io.out().match(notes)).toHaveLength(4)
  expect(io.out()).not.toContain('not ours')
})
