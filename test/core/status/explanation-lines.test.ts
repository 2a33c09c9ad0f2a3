import { expect, it } from 'vitest'
import type { ResourceKind } from '#core/api/kinds.ts'
import { notice, ready, retrying, stalled } from '#core/status/conditions-of.ts'
import { explanationLines } from '#core/status/explanation-lines.ts'
import { example } from '../api/examples.ts'

const ref = (tag: string, digest?: string) => ({
  name: 'ghcr.io/acme/web',
  tag,
  ...(digest === undefined ? {} : { digest }),
})

const cases: readonly [string, ResourceKind, object, readonly string[]][] = [
  ['no status', 'ImageRepository', {}, ['not looked at yet']],
  [
    'a repository',
    'ImageRepository',
    {
      conditions: [...ready('successful scan'), notice('ListSuspect', 'ListShrank', 'from 12 to 2')],
      lastScanResult: {
        tagCount: 2,
        revision: 'sha256:1',
        scanTime: '2026-01-01T00:00:00Z',
        latestTags: ['1.1.0', '1.0.0'],
      },
    },
    [
      'ready: successful scan',
      '2 tags at 2026-01-01T00:00:00Z, checksum sha256:1',
      'highest tags: 1.1.0, 1.0.0',
      'ListSuspect: ListShrank: from 12 to 2',
    ],
  ],
  [
    'a policy',
    'ImagePolicy',
    {
      conditions: ready('resolved'),
      latestRef: ref('1.1.0', 'sha256:1'),
      observedPreviousRef: ref('1.0.0'),
      explanation: {
        counts: { selected: 1, superseded: 4 },
        rejections: [{ tag: 'x', verdict: 'not-a-version', reason: 'no version' }],
      },
    },
    [
      'ready: resolved',
      'latest: ghcr.io/acme/web:1.1.0@sha256:1',
      'previous: ghcr.io/acme/web:1.0.0',
      'tags: 1 selected, 4 superseded',
      'rejected x: not-a-version: no version',
    ],
  ],
  [
    'an automation',
    'ImageUpdateAutomation',
    {
      conditions: [...ready('repository up-to-date'), notice('Held', 'LowerValueKept', 'a.yaml:3: kept')],
      lastPushCommit: 'abc',
      lastPushTime: '2026-01-01T00:00:00Z',
      observedSourceRevision: 'main@sha1:abc',
      skipped: [
        { path: 'a.yaml', line: 3, code: 'held', reason: 'kept' },
        { path: 'b.yaml', code: 'too-large', reason: 'above 1 MiB' },
      ],
      skippedCount: 60,
    },
    [
      'ready: repository up-to-date',
      'source: main@sha1:abc',
      'last push: abc at 2026-01-01T00:00:00Z',
      'held a.yaml:3: kept',
      'skipped b.yaml: too-large: above 1 MiB',
      'and 58 more that were left alone',
      'Held: LowerValueKept: a.yaml:3: kept',
    ],
  ],
  [
    'a source',
    'GitRepository',
    {
      conditions: [...ready('stored'), notice('ArtifactInStorage', 'Succeeded', 'stored')],
      artifact: {
        revision: 'main@sha1:abc',
        digest: 'gittree:d',
        path: 'p',
        url: 'u',
        lastUpdateTime: '2026-01-01T00:00:00Z',
      },
    },
    ['ready: stored', 'revision: main@sha1:abc, first seen at 2026-01-01T00:00:00Z'],
  ],
  [
    'a failure that is retried',
    'GitRepository',
    {
      conditions: [
        ...retrying('GitOperationFailed', 'refused'),
        notice('FetchFailed', 'GitOperationFailed', 'refused'),
      ],
    },
    ['not ready, tried again by itself: GitOperationFailed: refused'],
  ],
  [
    'a failure that is not',
    'ImagePolicy',
    { conditions: stalled('InvalidPolicy', 'bad range') },
    ['stalled, only a change helps: InvalidPolicy: bad range'],
  ],
]

it.each(cases)('tells of %s', (_, kind, status, lines) => {
  expect(explanationLines({ ...example(kind), status })).toEqual(lines)
})

it('says first that an object is suspended', () => {
  expect(explanationLines(example('ImagePolicy', { suspend: true }))).toEqual([
    'suspended: nothing is done until it is resumed',
    'not looked at yet',
  ])
})
