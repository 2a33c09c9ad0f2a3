import { expect, it } from 'vitest'
import { keyText } from '#core/api/object-ref.ts'
import { References } from '#controller/references.ts'
import { policiesToLookAt } from '#controller/stale-elections.ts'
import type { CachedResource } from '#io/cluster/cluster.ts'
import { systemHashes } from '#io/hash.ts'
import { DispatchScene, electedBy, keyIn, live, settled } from './trigger-scene.ts'

const repository = live('ImageRepository', { status: settled() })
const missing = { missingSince: '2026-01-02T03:04:05Z', missedScans: 1 }

function look(policy: CachedResource, scanned = repository): readonly string[] {
  const references = new References()
  const objects = new Map([policy, scanned].map((object) => [keyText(keyIn(object)), object]))
  for (const object of objects.values()) references.put(keyIn(object), object)
  const cached = (key: Parameters<typeof keyText>[0]) => objects.get(keyText(key))
  const known = { resources: { cached }, references, sha256: systemHashes.sha256 }
  return policiesToLookAt([keyIn(scanned)], known).map(({ name }) => name)
}

const elected = electedBy(live('ImagePolicy'), repository)

it.each([
  ['has elected by what is written now', live('ImagePolicy', { status: settled({ election: elected }) }), []],
  ['has never elected', live('ImagePolicy', { status: settled({}, 'False') }), ['web']],
  [
    'was changed while no list was stored',
    live('ImagePolicy', { spec: { policy: { semver: { range: '^2' } } }, status: settled({ election: elected }) }),
    ['web'],
  ],
  [
    'counts the scans without its tag',
    live('ImagePolicy', {
      spec: { allowDowngrade: 'WhenTagRemoved' },
      status: settled({ election: { ...elected, ...missing } }),
    }),
    ['web'],
  ],
  [
    'holds its tag whatever happens',
    live('ImagePolicy', { status: settled({ election: { ...elected, ...missing } }) }),
    [],
  ],
  ['is broken', live('ImagePolicy', { spec: { policy: {} } }), []],
])('a policy that %s', (_title, policy, expected) => {
  expect(look(policy)).toEqual(expected)
})

it('exclusions of the repository count as its part of what is written', () => {
  const policy = live('ImagePolicy', { status: settled({ election: elected }) })
  expect(look(policy, live('ImageRepository', { spec: { exclusionList: ['^x'] } }))).toEqual(['web'])
})

it('a repository that is gone by now concerns nobody', () => {
  const known = { resources: { cached: () => undefined }, references: new References(), sha256: systemHashes.sha256 }
  expect(policiesToLookAt([keyIn(repository)], known)).toEqual([])
})

it('a policy that could not elect for want of a list is looked at after the next scan', async () => {
  await using scene = new DispatchScene()
  const scanned = live('ImageRepository', { status: settled() })
  const policy = live('ImagePolicy')
  scene.put(scanned)
  const key = scene.put(live('ImagePolicy', { status: settled() }))
  scene.dispatcher.lead()
  await scene.clock.advance(65_000)
  scene.finish(key)
  scene.queues.take()
  scene.finish(keyIn(scanned), 300_000)
  await scene.clock.advance(30_000)
  expect((await scene.added()).map((text) => text.split('@')[0])).toEqual(['ImagePolicy apps/web'])
  scene.put(live('ImagePolicy', { status: settled({ election: electedBy(policy, scanned) }) }))
  scene.finish(key)
  scene.finish(keyIn(scanned), 300_000)
  await scene.clock.advance(60_000)
  expect(await scene.added()).toEqual([])
})
