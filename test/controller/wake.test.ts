import { expect, it } from 'vitest'
import { References } from '#controller/references.ts'
import { wakesOf, wakesOfSecret, type Wake } from '#controller/wake.ts'
import type { CachedResource } from '#io/cluster/cluster.ts'
import { change, keyIn, live, settled, shown, type Written, DispatchScene } from './trigger-scene.ts'

/** Around the object that changes: who refers to it, and who does not. */
const around = [
  live('ImagePolicy', { metadata: { labels: { app: 'web' } } }),
  live('ImagePolicy', { group: 'image.toolkit.fluxcd.io' }),
  live('ImagePolicy', { name: 'api', spec: { imageRepositoryRef: { name: 'api' } } }),
  live('ImageUpdateAutomation'),
  live('ImageUpdateAutomation', { name: 'picky', spec: { policySelector: { matchLabels: { app: 'web' } } } }),
  live('ImageUpdateAutomation', { name: 'afar', namespace: 'infra', spec: { policyNamespaces: ['apps'] } }),
  live('ImageUpdateAutomation', { name: 'stranger', namespace: 'other' }),
]

const references = new References()
for (const object of around) references.put(keyIn(object), object)

function told(found: readonly Wake[]): readonly string[] {
  return found.map(({ key, how, isOwn }) => `${how} ${isOwn ? 'itself' : shown(key)}`)
}

/** Whom it wakes when an object changes from one state to another. */
function wakes(kind: string, before: Written | undefined, after: Written | undefined): readonly string[] {
  const [left, right] = [before, after].map((written) => written && live(kind, written))
  return told(wakesOf(change(left, right), references))
}

const policies = ['ImagePolicy apps/web', 'flux ImagePolicy apps/web']
const now = (names: readonly string[]) => names.map((name) => `now ${name}`)
const soon = (names: readonly string[]) => names.map((name) => `window ${name}`)
const look = (names: readonly string[]) => names.map((name) => `look ${name}`)
const any = ['ImageUpdateAutomation apps/web', 'ImageUpdateAutomation infra/afar']
const all = ['ImageUpdateAutomation apps/web', 'ImageUpdateAutomation apps/picky', 'ImageUpdateAutomation infra/afar']
const ofSource = ['ImageUpdateAutomation apps/web', 'ImageUpdateAutomation apps/picky']

const at = (key: string, value: string): Written => ({ metadata: { annotations: { [key]: value } } })
const generation = (number: number, rest: Written = {}): Written => ({ ...rest, metadata: { generation: number } })

/** An object to which nobody refers. */
function alone(written: Written | undefined): Written | undefined {
  return written && { ...written, name: 'alone' }
}

/** What a person does to an object wakes it, of whatever kind. */
it.each([
  ['a new object', undefined, {}, ['look itself']],
  ['a changed spec', generation(1), generation(2), ['now itself']],
  ['the same once more', generation(2), generation(2), []],
  ["a request, Flux's", {}, at('reconcile.fluxcd.io/requestedAt', '1'), ['now itself']],
  ['a request, ours', {}, at('tagboat.dev/requestedAt', '1'), ['now itself']],
  ['another request', at('tagboat.dev/requestedAt', '1'), at('tagboat.dev/requestedAt', '2'), ['now itself']],
  ['a request that is taken back', at('tagboat.dev/requestedAt', '1'), {}, []],
  [
    'a request that was handled',
    {},
    { ...at('tagboat.dev/requestedAt', '1'), status: { lastHandledReconcileAt: '1' } },
    [],
  ],
  ['a consent to a downgrade', {}, at('tagboat.dev/allow-downgrade', '1.0'), ['now itself']],
  ['a release of a held value', at('tagboat.dev/release', 'a'), at('tagboat.dev/release', 'b'), ['now itself']],
  ['another annotation', {}, at('kubectl.kubernetes.io/x', 'y'), []],
  ['labels', {}, { metadata: { labels: { a: 'b' } } }, []],
  [
    'deletion, while a finalizer holds it',
    {},
    { metadata: { deletionTimestamp: '2026-01-02T03:04:05Z' } },
    ['now itself'],
  ],
  ['another object by the same name', { metadata: { uid: 'a' } }, { metadata: { uid: 'b' } }, ['now itself']],
  ['a status that somebody took away', { status: settled() }, {}, ['now itself']],
  ['a status', {}, { status: settled() }, []],
  ['its end', {}, undefined, []],
] satisfies readonly [string, Written | undefined, Written | undefined, readonly string[]][])(
  'itself: %s',
  (_title, before, after, expected) => {
    const kinds = ['ImageRepository', 'ImagePolicy', 'GitRepository', 'ImageUpdateAutomation']
    expect(kinds.map((kind) => wakes(kind, alone(before), alone(after)))).toEqual(kinds.map(() => expected))
  },
)

it.each([
  ['suspended', {}, { suspend: true }],
  ['resumed', { suspend: true }, {}],
] as const)('itself: %s', (_title, before, after) => {
  const [left, right] = [generation(1, { spec: { ...before } }), generation(2, { spec: { ...after } })]
  expect(wakes('ImageRepository', alone(left), alone(right))).toEqual(['now itself'])
})

it('a broken object is woken by what its author does, and not by its status', () => {
  const broken = { name: 'alone', spec: { policy: {} } }
  expect(wakes('ImagePolicy', undefined, broken)).toEqual(['look itself'])
  expect(wakes('ImagePolicy', broken, generation(2, broken))).toEqual(['now itself'])
  expect(wakes('ImagePolicy', broken, { ...broken, status: settled({}, 'False') })).toEqual([])
  expect(wakes('ImagePolicy', broken, { ...broken, ...at('tagboat.dev/spec', '{}') })).toEqual(['now itself'])
})

const scanned = (revision: string, rest: object = {}): Written => ({
  status: settled({
    lastScanResult: { revision, tagCount: 1, scanTime: '2026-01-02T03:04:05Z', latestTags: [] },
    ...rest,
  }),
})
const suspect = { type: 'ListSuspect', status: 'True', reason: 'ListShrank', message: '' }

it.each([
  ['appears', undefined, {}, ['look itself', ...soon(policies)]],
  ['comes to light with its status', undefined, scanned('a'), ['look itself', ...look(policies)]],
  ['goes', scanned('a'), undefined, now(policies)],
  ['is rewritten', generation(1), generation(2), ['now itself', ...now(policies)]],
  ['gets fields of ours', {}, at('tagboat.dev/spec', '{}'), ['now itself', ...now(policies)]],
  ['is to be scanned', {}, at('tagboat.dev/requestedAt', '1'), ['now itself']],
  ['has its first scan', {}, scanned('a'), now(policies)],
  ['has new tags', scanned('a'), scanned('b'), now(policies)],
  ['has the same tags', scanned('a'), scanned('a', { observedExclusionList: ['x'] }), []],
  ['fails', { status: settled() }, { status: settled({}, 'False') }, now(policies)],
  ['recovers', { status: settled({}, 'False') }, { status: settled() }, now(policies)],
  ['has another name', scanned('a'), scanned('a', { canonicalImageName: 'x' }), now(policies)],
  ['has handled a request', scanned('a'), scanned('a', { lastHandledReconcileAt: '1' }), now(policies)],
  [
    'shrank',
    { status: settled() },
    { status: settled({ conditions: [...(settled()['conditions'] as []), suspect] }) },
    now(policies),
  ],
  ['breaks', {}, generation(2, { spec: { image: 'https://x' } }), ['now itself', ...now(policies)]],
] satisfies readonly [string, Written | undefined, Written | undefined, readonly string[]][])(
  'the policies of a repository that %s',
  (_title, before, after, expected) => {
    expect(wakes('ImageRepository', before, after)).toEqual(expected)
  },
)

const elected = (tag: string, rest: Written = {}, digest?: string): Written => ({
  ...rest,
  status: settled({ latestRef: { name: 'x', tag, ...(digest !== undefined && { digest }) } }),
})
const web = { metadata: { labels: { app: 'web' } } }
const access = { spec: { accessFrom: { namespaceSelectors: [{ matchLabels: {} }] } } }

it.each([
  ['elects', {}, elected('1'), soon(any)],
  ['elects another tag', elected('1'), elected('2'), soon(any)],
  ['learns a digest', elected('1'), elected('1', {}, 'sha256:a'), soon(any)],
  ['elects, labelled', elected('1', web), elected('2', web), soon(all)],
  ['says it in other words', elected('1'), { status: settled({ latestRef: { tag: '1', name: 'x' } }, 'False') }, []],
  ['is chosen by one more', elected('1'), elected('1', web), soon(['ImageUpdateAutomation apps/picky'])],
  ['is chosen by one less', elected('1', web), elected('1'), soon(['ImageUpdateAutomation apps/picky'])],
  ['is labelled before it elects', {}, web, []],
  ['may be used from afar', elected('1'), elected('1', access), soon(any)],
  ['goes', elected('1', web), undefined, soon(all)],
  ['goes before it elected', {}, undefined, []],
  ['comes to light with its status', undefined, elected('1'), ['look itself', ...look(any)]],
  ['breaks', elected('1'), elected('1', { spec: { policy: {} } }), soon(any)],
] satisfies readonly [string, Written | undefined, Written | undefined, readonly string[]][])(
  'the automations of a policy that %s',
  (_title, before, after, expected) => {
    expect(wakes('ImagePolicy', before, after)).toEqual(expected)
  },
)

const failing = { status: settled({}, 'False') }
const stored = { digest: 'x', path: 'x', url: 'x', lastUpdateTime: '2026-01-02T03:04:05Z' }
const fetched = (revision: string): Written => ({ status: settled({ artifact: { ...stored, revision } }) })

it.each([
  ['appears', undefined, {}, ['look itself', ...soon(ofSource)]],
  ['comes to light with its status', undefined, { status: settled() }, ['look itself', ...look(ofSource)]],
  ['goes', {}, undefined, soon(ofSource)],
  ['is rewritten', generation(1), generation(2), ['now itself', ...soon(ofSource)]],
  ['works', {}, { status: settled() }, soon(ofSource)],
  ['works again', failing, { status: settled() }, soon(ofSource)],
  ['has a new revision', fetched('main@sha1:a'), fetched('main@sha1:b'), soon(ofSource)],
  ['has its first revision', { status: settled() }, fetched('main@sha1:b'), soon(ofSource)],
  ['has the same revision', fetched('main@sha1:b'), fetched('main@sha1:b'), []],
  ['fails', { status: settled() }, failing, []],
  ['still works', { status: settled() }, { status: settled({ lastHandledReconcileAt: '1' }) }, []],
] satisfies readonly [string, Written | undefined, Written | undefined, readonly string[]][])(
  'the automations on a GitRepository that %s',
  (_title, before, after, expected) => {
    expect(wakes('GitRepository', before, after)).toEqual(expected)
  },
)

const pushed = (lastPushCommit: string): Written => ({ status: settled({ lastPushCommit }) })

it('what an automation has pushed is news for its GitRepository, nothing else is', () => {
  const sources = now(['GitRepository apps/web', 'flux GitRepository apps/web'])
  expect(wakes('ImageUpdateAutomation', pushed('a'), pushed('b'))).toEqual(sources)
  expect(wakes('ImageUpdateAutomation', {}, pushed('b'))).toEqual(sources)
  expect(wakes('ImageUpdateAutomation', pushed('b'), pushed('b'))).toEqual([])
  expect(wakes('ImageUpdateAutomation', pushed('b'), undefined)).toEqual([])
})

it('a Secret wakes those that name it, and automations whose GitRepository does', () => {
  const named: readonly CachedResource[] = [
    live('ImageRepository', { spec: { certSecretRef: { name: 's' } } }),
    live('GitRepository', { spec: { secretRef: { name: 's' } } }),
    live('ImageUpdateAutomation'),
    live('ImageUpdateAutomation', { name: 'other', spec: { sourceRef: { name: 'other' } } }),
  ]
  const index = new References()
  for (const object of named) index.put(keyIn(object), object)
  expect(told(wakesOfSecret({ namespace: 'apps', name: 's' }, index))).toEqual([
    'now ImageRepository apps/web',
    'now GitRepository apps/web',
    'window ImageUpdateAutomation apps/web',
  ])
  expect(wakesOfSecret({ namespace: 'infra', name: 's' }, index)).toEqual([])
})

it('an automation that has seen a revision, or made it, is not woken by it', async () => {
  await using scene = new DispatchScene()
  scene.put(live('ImageUpdateAutomation', { status: settled({ observedSourceRevision: 'main@sha1:b' }) }))
  scene.dispatcher.lead()
  await scene.clock.advance(60_000)
  await scene.added()
  const wake = (revision: string): void => {
    scene.dispatcher.take([{ key: keyIn(live('ImageUpdateAutomation')), how: 'window', isOwn: false, revision }])
  }
  wake('main@sha1:b')
  await scene.clock.advance(5000)
  expect(await scene.added()).toEqual([])
  wake('main@sha1:c')
  await scene.clock.advance(5000)
  expect(await scene.added()).toHaveLength(1)
})
