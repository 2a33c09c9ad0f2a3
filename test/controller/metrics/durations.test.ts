import { describe, expect, it } from 'vitest'
import { Durations } from '#controller/metrics/durations.ts'

const web = { kind: 'ImagePolicy', name: 'web' }

function page(use: (durations: Durations) => void): readonly string[] {
  const durations = new Durations('pass_seconds', 'A pass.', [0.1, 1])
  use(durations)
  return durations.text().split('\n')
}

describe('durations', () => {
  it('are a histogram for each object, each bucket with what is shorter', () => {
    const lines = page((durations) => {
      for (const seconds of [0.05, 0.1, 0.5, 1.5, 100]) durations.observe(web, seconds)
      durations.observe({ ...web, name: 'api' }, 1)
    })
    expect(lines).toEqual([
      '# HELP pass_seconds A pass.',
      '# TYPE pass_seconds histogram',
      'pass_seconds_bucket{kind="ImagePolicy",name="web",le="0.1"} 2',
      'pass_seconds_bucket{kind="ImagePolicy",name="web",le="1"} 3',
      'pass_seconds_bucket{kind="ImagePolicy",name="web",le="+Inf"} 5',
      'pass_seconds_sum{kind="ImagePolicy",name="web"} 102.15',
      'pass_seconds_count{kind="ImagePolicy",name="web"} 5',
      'pass_seconds_bucket{kind="ImagePolicy",name="api",le="0.1"} 0',
      'pass_seconds_bucket{kind="ImagePolicy",name="api",le="1"} 1',
      'pass_seconds_bucket{kind="ImagePolicy",name="api",le="+Inf"} 1',
      'pass_seconds_sum{kind="ImagePolicy",name="api"} 1',
      'pass_seconds_count{kind="ImagePolicy",name="api"} 1',
      '',
    ])
  })

  it('of an object that is gone are gone', () => {
    const lines = page((durations) => {
      durations.observe(web, 1)
      durations.remove(web)
    })
    expect(lines).toHaveLength(3)
  })

  it('escape what stands in names', () => {
    const lines = page((durations) => durations.observe({ name: 'a"b\\c\nd' }, 1))
    expect(lines.at(-2)).toBe(String.raw`pass_seconds_count{name="a\"b\\c\nd"} 1`)
  })
})
