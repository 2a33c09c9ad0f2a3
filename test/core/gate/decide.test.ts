import { describe, expect, it } from 'vitest'
import { decide } from '#core/gate/decide.ts'
import { compileGates } from '#core/gate/index.ts'
import type { Gate, GateAnswer, GateFacts } from '#core/gate/kind.ts'

const pass: GateAnswer = { kind: 'pass' }
const ask: GateAnswer = { kind: 'ask', facts: ['platforms'] }
const hold: GateAnswer = { kind: 'hold', hold: { verdict: 'platform-missing', reason: 'r' } }
const gate = (at: Gate['at'], answer: GateAnswer): Gate => ({ at, judge: () => answer })

describe('decide', () => {
  it.each<[string, readonly Gate[], GateAnswer]>([
    ['no gate', [], pass],
    ['a gate that lets pass', [gate('select', pass)], pass],
    ['gates elsewhere', [gate('update', hold), gate('sync', ask)], pass],
    ['the first that does not', [gate('select', pass), gate('select', hold), gate('select', ask)], hold],
    ['one that asks', [gate('select', ask), gate('select', hold)], ask],
  ])('%s', (_name, gates, answer) => {
    expect(decide(gates, 'select', undefined)).toEqual(answer)
  })
})

describe('the gate platforms', () => {
  const wanted = ['linux/amd64', 'linux/arm64']
  const judge = (facts: GateFacts | undefined, platforms = wanted) =>
    decide(compileGates({ platforms }, 'spec'), 'select', facts)

  it.each<[string, GateFacts | undefined, object]>([
    ['not asked yet', undefined, ask],
    ['asked about something else', {}, ask],
    ['both', { platforms: ['linux/amd64', 'linux/arm64/v8', 'windows/amd64'] }, pass],
    ['one', { platforms: ['linux/amd64'] }, { verdict: 'platform-missing', reason: 'has no image for linux/arm64' }],
    [
      'none',
      { platforms: ['x'] },
      { verdict: 'platform-missing', reason: 'has no image for linux/amd64, linux/arm64' },
    ],
    [
      'no answer',
      { missing: 'REGISTRY_UNAVAILABLE' },
      { verdict: 'facts-missing', reason: 'the registry did not say its platforms: REGISTRY_UNAVAILABLE' },
    ],
    [
      'an artefact',
      { artifact: true, platforms: wanted },
      { verdict: 'not-an-image', reason: 'an artefact and not a container image' },
    ],
    ['known although something else is missing', { missing: 'x', platforms: wanted }, pass],
  ])('%s', (_name, facts, expected) => {
    expect(judge(facts)).toEqual('verdict' in expected ? { kind: 'hold', hold: expected } : expected)
  })

  it('tells variants apart where one is asked for', () => {
    expect(judge({ platforms: ['linux/arm/v6'] }, ['linux/arm/v7']).kind).toBe('hold')
    expect(judge({ platforms: ['linux/arm/v7'] }, ['linux/arm/v7']).kind).toBe('pass')
    expect(judge({ platforms: ['linux/arm/v6'] }, ['linux/arm']).kind).toBe('pass')
  })

  it('is not there where no platform is asked for', () => {
    expect(compileGates({ platforms: [] }, 'spec')).toEqual([])
    expect(compileGates({}, 'spec')).toEqual([])
  })
})
