import { describe, expect, it } from 'vitest'
import { HostMemory } from '#io/registry/host-memory.ts'
import { testClock } from './harness.ts'

const dayMs = 86_400_000
const nexus = { host: 'r.io', headers: { server: 'Nexus/3.60' } }

describe('software', () => {
  it('is told by the host, else learnt from an answer, once', () => {
    const memory = new HostMemory([], testClock())
    expect([memory.provider('ghcr.io').name, memory.provider('r.io').name]).toEqual(['ghcr', 'generic'])
    expect([memory.notice(nexus), memory.notice(nexus), memory.provider('r.io').name]).toEqual([true, false, 'nexus'])
    expect(memory.notice({ ...nexus, host: 'ghcr.io' })).toBe(false)
  })

  it("is the user's word first", () => {
    const memory = new HostMemory([{ host: 'R.io', provider: 'harbor' }], testClock())
    expect([memory.provider('r.io').name, memory.notice(nexus), memory.provider('r.io').name]).toEqual([
      'harbor',
      false,
      'harbor',
    ])
  })
})

describe('page sizes', () => {
  it("are the provider's, then what worked, for a day", () => {
    const clock = testClock()
    const memory = new HostMemory([], clock)
    expect([memory.pageSize('r.io'), memory.pageSize('quay.io')]).toEqual([1000, 100])
    memory.keepPageSize('r.io', 100)
    clock.pass(dayMs - 1)
    expect(memory.pageSize('r.io')).toBe(100)
    clock.pass(1)
    expect(memory.pageSize('r.io')).toBe(1000)
    memory.keepPageSize('r.io', undefined)
    expect(memory.pageSize('r.io')).toBeUndefined()
  })

  it("are the user's above all; 0 is none", () => {
    const memory = new HostMemory(
      [
        { host: 'a.io', pageSize: 50 },
        { host: 'b.io', pageSize: 0 },
      ],
      testClock(),
    )
    memory.keepPageSize('a.io', 100)
    expect([memory.pageSize('a.io'), memory.pageSize('b.io')]).toEqual([50, undefined])
  })
})

it('a host that once spoke TLS is remembered as such', () => {
  const memory = new HostMemory([], testClock())
  memory.spoke('r.io', 'http')
  expect(memory.scheme('r.io')).toMatchObject({ scheme: 'http', spokeTls: false })
  memory.spoke('r.io', 'https')
  memory.forgetScheme('r.io')
  expect(memory.scheme('r.io')).toMatchObject({ scheme: undefined, spokeTls: true })
})

it('what is missing is asked for again after a day', () => {
  const clock = testClock()
  const memory = new HostMemory([], clock)
  const state = () => [memory.hasReferrers('r.io'), memory.hasPushTimes('r.io', 'a'), memory.hasPushTimes('r.io', 'b')]
  expect(state()).toEqual([true, true, true])
  memory.keepNoReferrers('r.io')
  memory.keepNoPushTimes('r.io', 'a')
  expect(state()).toEqual([false, false, true])
  clock.pass(dayMs)
  expect(state()).toEqual([true, true, true])
})

it('remembers that HEAD works, and what the user says', () => {
  const memory = new HostMemory([{ host: 'r.io', concurrency: 2 }], testClock())
  expect([memory.headWorks('r.io'), memory.options('r.io')?.concurrency, memory.options('x')]).toEqual([
    false,
    2,
    undefined,
  ])
  memory.keepHeadWorks('r.io')
  expect(memory.headWorks('r.io')).toBe(true)
})
