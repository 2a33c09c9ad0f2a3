import { describe, expect, it } from 'vitest'
import { Thread } from '#io/compute/worker.ts'
import { inputOf, line, slow } from './input.ts'

const never = new AbortController().signal
const quick = { task: 'plan-file', input: inputOf(line) }
const long = { task: 'plan-file', input: inputOf(slow) }

describe('Thread', () => {
  it('answers one question after the other', async () => {
    const thread = new Thread(64)
    const ask = async () => thread.ask(quick, { deadlineMs: 10_000, signal: never })
    expect([await ask(), await ask()]).toMatchObject([
      { edits: [{ to: 'web:2.0.0' }] },
      { edits: [{ to: 'web:2.0.0' }] },
    ])
    await thread.end()
    expect(thread.isUsable).toBe(false)
  })

  it('is ended at the deadline', async () => {
    const thread = new Thread(256)
    await expect(thread.ask(long, { deadlineMs: 50, signal: never })).rejects.toMatchObject({
      code: 'REWRITE_TIMEOUT',
      message: 'plan-file took longer than 0.05 s',
    })
    expect(thread.isUsable).toBe(false)
  })

  it('is ended by the signal', async () => {
    const thread = new Thread(256)
    const stop = new AbortController()
    const asked = thread.ask(long, { deadlineMs: 10_000, signal: stop.signal })
    stop.abort()
    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(thread.isUsable).toBe(false)
  })

  it('is not asked what is cancelled already', async () => {
    const thread = new Thread(64)
    await expect(thread.ask(quick, { deadlineMs: 10_000, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    })
    expect(thread.isUsable).toBe(true)
    await thread.end()
  })

  it('tells that its memory was not enough', async () => {
    const thread = new Thread(16)
    await expect(thread.ask(long, { deadlineMs: 20_000, signal: never })).rejects.toMatchObject({
      code: 'REWRITE_MEMORY',
    })
    expect(thread.isUsable).toBe(false)
  })

  it('tells that it ended', async () => {
    const thread = new Thread(64)
    const asked = thread.ask(long, { deadlineMs: 10_000, signal: never })
    await thread.end()
    await expect(asked).rejects.toMatchObject({ code: 'INTERNAL', message: 'plan-file: its thread ended' })
  })
})
