import { expect, it } from 'vitest'
import { Gate } from '#io/registry/gate.ts'

it('is open until closed, for the time said', () => {
  const gate = new Gate()
  expect([gate.closedFor(0), gate.pass().isProbe, gate.probe]).toEqual([undefined, false, undefined])
  gate.close(0, 100)
  expect([gate.closedFor(0), gate.closedFor(99), gate.closedFor(100)]).toEqual([100, 1, undefined])
})

it('lets one probe through, for which the others wait, and opens for good by its word', async () => {
  const gate = new Gate()
  gate.close(0, 100)
  const pass = gate.pass()
  expect(pass.isProbe).toBe(true)
  const { probe } = gate
  gate.open()
  gate.leave(pass)
  await probe
  expect([gate.probe, gate.pass().isProbe]).toEqual([undefined, false])
})

it('asks for another probe when one brought nothing', () => {
  const gate = new Gate()
  gate.close(0, 100)
  gate.leave(gate.pass())
  expect([gate.probe, gate.pass().isProbe]).toEqual([undefined, true])
})

it('counts how often in a row it was closed before, not how many find it closed', () => {
  const gate = new Gate()
  expect(gate.earlier(0)).toBe(0)
  gate.close(0, 100)
  gate.close(0, 50)
  expect([gate.earlier(0), gate.closedFor(0)]).toEqual([0, 100])
  expect(gate.earlier(100)).toBe(1)
  gate.close(100, 50)
  expect([gate.earlier(100), gate.earlier(150)]).toEqual([1, 2])
  gate.open()
  expect(gate.earlier(150)).toBe(0)
})
