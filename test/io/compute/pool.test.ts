import { describe, expect, it } from 'vitest'
import { planFileTask } from '#core/rewrite/plan-file.ts'
import { AppError } from '#core/error.ts'
import { openCompute } from '#io/compute/pool.ts'
import { inputOf, line, slow } from './input.ts'

const never = new AbortController().signal

/** A task whose name no thread knows: it can only run where it is. */
const here = { name: 'here', run: (value: number) => value + 1 }

function failing(error: Error) {
  return {
    name: 'fail',
    run: (): never => {
      throw error
    },
  }
}

describe('openCompute', () => {
  it('gives on a thread what it gives inline', async () => {
    await using compute = openCompute({ inlineBytes: 0 })
    const there = await compute.run(planFileTask, inputOf(line), 1, never)
    expect(there).toEqual(planFileTask.run(inputOf(line)))
    expect(there.text).toBe('image: web:2.0.0 # {"$imagepolicy": "apps:web"}\n')
  })

  it('computes what is small where it is, and only that', async () => {
    await using compute = openCompute()
    expect(await compute.run(here, 1, 65_536, never)).toBe(2)
    await expect(compute.run(here, 1, 65_537, never)).rejects.toThrow('there is no task "here"')
  })

  it('makes an error of ours of what a task throws', async () => {
    await using compute = openCompute()
    await expect(compute.run(failing(new RangeError('x')), 0, 0, never)).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'x',
    })
    await expect(compute.run(failing(new AppError('CANCELLED', 'x')), 0, 0, never)).rejects.toMatchObject({
      code: 'CANCELLED',
    })
  })

  it('goes on after a computation that was given up', async () => {
    await using compute = openCompute({ inlineBytes: 0, deadlineMs: 10_000, heapMiB: 24, threads: 1 })
    await expect(compute.run(planFileTask, inputOf(slow), 1, never)).rejects.toMatchObject({
      code: expect.stringMatching(/^REWRITE_/) as string,
    })
    expect((await compute.run(planFileTask, inputOf(line), 1, never)).edits).toHaveLength(1)
  })

  it('serves more than it has threads for', async () => {
    await using compute = openCompute({ inlineBytes: 0, threads: 2 })
    const all = await Promise.all(
      Array.from({ length: 9 }, async () => compute.run(planFileTask, inputOf(line), 1, never)),
    )
    expect(all.map(({ edits }) => edits.length)).toEqual(Array.from({ length: 9 }, () => 1))
  })

  it('does not begin what was cancelled, nor wait for a thread with it', async () => {
    await using compute = openCompute({ inlineBytes: 0, threads: 1 })
    const stop = new AbortController()
    const [running, waiting] = [1, 2].map(async () => compute.run(planFileTask, inputOf(slow), 1, stop.signal))
    const last = compute.run(planFileTask, inputOf(line), 1, never)
    stop.abort()
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' })
    expect((await last).edits).toHaveLength(1)
    await expect(compute.run(here, 1, 0, stop.signal)).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  it('stops everything when it is closed', async () => {
    const compute = openCompute({ inlineBytes: 0, threads: 1 })
    const asked = [1, 2].map(async () => compute.run(planFileTask, inputOf(slow), 1, never))
    const settled = Promise.allSettled(asked)
    await compute[Symbol.asyncDispose]()
    expect((await settled).map((result) => result.status === 'rejected' && (result.reason as AppError).code)).toEqual([
      'CANCELLED',
      'CANCELLED',
    ])
    await expect(compute.run(here, 1, 0, never)).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})
