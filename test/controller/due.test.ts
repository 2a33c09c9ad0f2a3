import { expect, it } from 'vitest'
import { firstDueMs, intervalMs, isSuspended, nextDueMs } from '#controller/due.ts'
import { live, settled, type Written } from './trigger-scene.ts'

const asked = { annotations: { 'reconcile.fluxcd.io/requestedAt': '2026-01-02' } }
const deleted = { deletionTimestamp: '2026-01-02T03:04:05Z', finalizers: ['finalizers.fluxcd.io'] }
const failing = { conditions: settled({}, 'False')['conditions'], observedGeneration: -1 }

function due(kind: string, written: Written, sha256 = '80000000'): number | undefined {
  return firstDueMs(live(kind, written), { text: 'x', sha256: () => sha256 })
}

it.each([
  ['never handled', 'ImageRepository', {}, 0],
  ["Flux's status of an object that nobody handled", 'ImageRepository', { status: { observedGeneration: -1 } }, 0],
  ['handled in an earlier generation', 'ImageRepository', { metadata: { generation: 2 }, status: settled() }, 0],
  ['asked for', 'ImageRepository', { metadata: asked, status: settled() }, 0],
  [
    'asked for, and handled',
    'ImageRepository',
    { metadata: asked, status: settled({ lastHandledReconcileAt: '2026-01-02' }) },
    20_000,
  ],
  ['handled: half of the 40 s', 'ImageRepository', { status: settled() }, 20_000],
  ['failing, in this generation', 'ImageRepository', { status: failing }, 20_000],
  ['with a short interval: half of it', 'ImageRepository', { spec: { interval: '20s' }, status: settled() }, 10_000],
  ['with an interval below a second', 'ImageRepository', { spec: { interval: '10ms' }, status: settled() }, 500],
  ['a policy: after its repository', 'ImagePolicy', { status: settled() }, 45_000],
  ['suspended', 'ImageRepository', { spec: { suspend: true }, status: settled() }, undefined],
  ['suspended and never handled', 'ImageRepository', { spec: { suspend: true } }, undefined],
  ['suspended and deleted', 'ImageRepository', { metadata: deleted, spec: { suspend: true }, status: settled() }, 0],
  ['broken, and told so', 'ImagePolicy', { spec: { policy: {} }, status: settled({}, 'False') }, 20_000],
  ['broken, and new', 'ImagePolicy', { spec: { policy: {} } }, 0],
] satisfies readonly [string, string, Written, number | undefined][])('%s', (_title, kind, written, expected) => {
  expect(due(kind, written)).toBe(expected)
})

it('is spread over the whole time by what the hash says', () => {
  const shares = ['00000000', '40000000', 'ffffffff'].map((hash) => due('GitRepository', { status: settled() }, hash))
  expect(shares.map((ms) => Math.round(ms ?? -1))).toEqual([0, 10_000, 40_000])
})

it.each([
  ['ImageRepository', { spec: { interval: '1h30m' } }, 5_400_000],
  ['ImageRepository', { spec: { interval: '10ms' } }, 1000],
  ['ImageRepository', { spec: { interval: '99999999999999999999h' } }, undefined],
  ['ImagePolicy', {}, undefined],
  ['ImagePolicy', { spec: { policy: {} } }, undefined],
] satisfies readonly [string, Written, number | undefined][])('interval of %s %o', (kind, written, expected) => {
  expect(intervalMs(live(kind, written))).toBe(expected)
})

it('a broken object is not suspended', () => {
  expect(isSuspended(live('ImagePolicy', { spec: { policy: {}, suspend: true } }))).toBe(false)
  expect(isSuspended(live('ImagePolicy', { spec: { suspend: true } }))).toBe(true)
})

const error = { code: 'RESOURCE_INVALID', message: 'no' }
const later = { afterMs: 5, gone: false }
const nothing = { afterMs: undefined, gone: false }

it.each([
  ['as it says', later, live('ImageRepository'), 5],
  ['after an error too', { ...later, error }, live('ImageRepository'), 5],
  ['stalled', { ...nothing, error }, live('ImageRepository'), undefined],
  ['a policy waits for its repository', nothing, live('ImagePolicy'), undefined],
  ['suspended', nothing, live('ImageRepository', { spec: { suspend: true } }), undefined],
  ['deleted', nothing, live('ImageRepository', { metadata: deleted }), undefined],
  ['suspended there, and not here', nothing, live('ImageRepository'), 60_000],
  ['gone there, and not here', { ...nothing, gone: true }, live('ImagePolicy'), 1000],
  ['gone here', nothing, undefined, undefined],
] as const)('next due: %s', (_title, result, cached, expected) => {
  expect(nextDueMs(result, cached)).toBe(expected)
})
