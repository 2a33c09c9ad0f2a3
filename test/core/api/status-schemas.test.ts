import { describe, expect, it } from 'vitest'
import type { ResourceKind } from '#core/api/kinds.ts'
import { statusSchemas } from '#core/api/status-schemas.ts'
import { ready, stalled } from '#core/status/conditions-of.ts'
import { nextStatus } from '#core/status/next-status.ts'
import { example } from './examples.ts'

const latestRef = { name: 'ghcr.io/acme/web', tag: '1.2.3', digest: 'sha256:0' }
const time = '2026-01-01T00:00:00Z'

const full: readonly [ResourceKind, object][] = [
  [
    'ImageRepository',
    {
      canonicalImageName: 'ghcr.io/acme/web',
      observedExclusionList: ['x'],
      lastScanResult: { revision: 'sha256:1', tagCount: 1, scanTime: time, latestTags: ['1'] },
    },
  ],
  [
    'ImagePolicy',
    {
      latestRef,
      observedPreviousRef: latestRef,
      election: { specHash: 'a', time, missingSince: time, missedScans: 1 },
      explanation: { counts: { selected: 1 }, rejections: [{ tag: '1', verdict: 'out-of-range', reason: 'x' }] },
    },
  ],
  [
    'ImageUpdateAutomation',
    {
      lastAutomationRunTime: time,
      lastPushCommit: 'a',
      lastPushTime: time,
      observedPolicies: { web: latestRef },
      observedSourceRevision: 'main@sha1:a',
      skipped: [{ path: 'a.yaml', line: 1, code: 'symlink', reason: 'x' }],
      run: { specHash: 'a', pushBranchHead: 'b' },
    },
  ],
  ['GitRepository', {}],
]

describe('statusSchemas', () => {
  it.each(full)('%s keeps everything that a pass writes', (kind, status) => {
    for (const conditions of [ready('all well'), stalled('InvalidPolicy', 'no')]) {
      const outcome = { status, conditions, events: [], requeueAfterMs: 1 }
      const written = nextStatus(example(kind) as never, outcome)
      expect(statusSchemas[kind].parse(written)).toEqual(written)
    }
  })

  it.each([
    [{ conditions: [{ type: 'Ready', status: 'Maybe', reason: 'X', message: '' }] }],
    [{ conditions: [{ type: 'Ready', status: 'True', reason: 'not a reason', message: '' }] }],
    [{ latestRef: { name: 'a' } }],
    [{ latestRef: 'a:1' }],
    ['text'],
  ])('refuses %j', (status) => {
    expect(statusSchemas.ImagePolicy.safeParse(status).success).toBe(false)
  })
})
