import { describe, expect, it } from 'vitest'
import { Lags, type Lag } from '#controller/metrics/lags.ts'
import { keyIn, live } from '../trigger-scene.ts'

type Status = Readonly<Record<string, unknown>>

/** Changes of the objects of one application, a second after each other unless told. */
function scene() {
  const lags = new Lags()
  let now = 0
  const change = (
    kind: string,
    before: Status | undefined,
    after: Status | undefined,
    name = 'web',
  ): readonly Lag[] => {
    const [old, next] = [before, after].map((status) => status && live(kind, { name, status }))
    const known = next ?? old
    if (known === undefined) throw new Error('a change of nothing')
    return lags.changed({ key: keyIn(known), before: old, after: next }, now)
  }
  return { change, pass: (ms: number) => void (now += ms) }
}

const list = (revision: string) => ({
  lastScanResult: { revision, tagCount: 1, scanTime: '2026-11-24T09:00:00Z', latestTags: [] },
})
const elected = (tag: string, generation = 1) => ({
  observedGeneration: generation,
  latestRef: { name: 'ghcr.io/acme/web', tag },
})
const pushed = (commit: string, tag: string) => ({
  lastPushCommit: commit,
  observedPolicies: { web: { name: 'ghcr.io/acme/web', tag } },
})

describe('the lag of a policy', () => {
  it('is from the changed list to the election', () => {
    const { change, pass } = scene()
    expect(change('ImageRepository', list('a'), list('b'))).toEqual([])
    pass(400)
    expect(change('ImagePolicy', elected('1'), elected('2'))).toEqual([{ of: 'policy', ms: 400 }])
  })

  it.each<{ what: string; act: (s: ReturnType<typeof scene>) => readonly Lag[] }>([
    { what: 'without a changed list', act: ({ change }) => change('ImagePolicy', elected('1'), elected('2')) },
    {
      what: 'of an object that is new here',
      act: ({ change }) => {
        change('ImageRepository', undefined, list('a'))
        return change('ImagePolicy', elected('1'), elected('2'))
      },
    },
    {
      what: 'where the list is the same',
      act: ({ change }) => {
        change('ImageRepository', list('a'), { ...list('a'), observedGeneration: 3 })
        return change('ImagePolicy', elected('1'), elected('2'))
      },
    },
    {
      what: 'where the spec has changed',
      act: ({ change }) => {
        change('ImageRepository', list('a'), list('b'))
        return change('ImagePolicy', elected('1', 1), elected('2', 2))
      },
    },
    {
      what: 'of a second election from one list',
      act: ({ change, pass }) => {
        change('ImageRepository', list('a'), list('b'))
        pass(100)
        change('ImagePolicy', elected('1'), elected('2'))
        return change('ImagePolicy', elected('2'), elected('3'))
      },
    },
    {
      what: 'after hours',
      act: ({ change, pass }) => {
        change('ImageRepository', list('a'), list('b'))
        pass(3_600_001)
        return change('ImagePolicy', elected('1'), elected('2'))
      },
    },
    {
      what: 'where the list was deleted since',
      act: ({ change }) => {
        change('ImageRepository', list('a'), list('b'))
        change('ImageRepository', list('b'), undefined)
        return change('ImagePolicy', elected('1'), elected('2'))
      },
    },
    {
      what: 'where no other image is elected',
      act: ({ change }) => {
        change('ImageRepository', list('a'), list('b'))
        return change('ImagePolicy', elected('1'), { ...elected('1'), explanation: { counts: {}, rejections: [] } })
      },
    },
  ])('does not exist $what', ({ act }) => {
    expect(act(scene())).toEqual([])
  })
})

describe('the lag of a commit', () => {
  it('is from the election to the push, for each policy with another image', () => {
    const { change, pass } = scene()
    change('ImagePolicy', elected('1'), elected('2'))
    pass(900)
    expect(change('ImageUpdateAutomation', pushed('c1', '1'), pushed('c2', '2'))).toEqual([{ of: 'commit', ms: 900 }])
  })

  it('is found for a policy of another namespace', () => {
    const { change, pass } = scene()
    change('ImagePolicy', elected('1'), elected('2'))
    pass(100)
    const after = { lastPushCommit: 'c', observedPolicies: { 'apps/web': { name: 'ghcr.io/acme/web', tag: '2' } } }
    expect(change('ImageUpdateAutomation', {}, after)).toEqual([{ of: 'commit', ms: 100 }])
  })

  it.each([
    ['without a push', pushed('c1', '1'), pushed('c1', '2')],
    ['where the image was written before', pushed('c1', '2'), pushed('c2', '2')],
  ])('does not exist %s', (_what, before, after) => {
    const { change } = scene()
    change('ImagePolicy', elected('1'), elected('2'))
    expect(change('ImageUpdateAutomation', before, after)).toEqual([])
  })

  it('does not exist for an election that nobody has seen', () => {
    const { change } = scene()
    expect(change('ImageUpdateAutomation', pushed('c1', '1'), pushed('c2', '2'))).toEqual([])
  })
})
