import { describe, expect, it } from 'vitest'
import { openCompute } from '#io/compute/pool.ts'
import { planFileTask, type PlanFileInput } from '#core/rewrite/plan-file.ts'

const never = new AbortController().signal

function input(text: string): PlanFileInput {
  return {
    path: 'app.yaml',
    text,
    markers: true,
    ownNamespace: 'apps',
    policies: new Map([['apps:web', { latestRef: { name: 'web', tag: '2.0.0' }, selected: true, visible: true }]]),
    targets: [],
    holds: new Map(),
  }
}

const line = 'image: web:1.0.0 # {"$imagepolicy": "apps:web"}\n'
/** Parsing it takes far longer than any deadline of these tests. */
const endless = { name: 'plan-file', run: planFileTask.run }
const slow = `${line}${'a: [{b: c}]\n'.repeat(60_000)}`

describe('openCompute', () => {
  it('gives on a thread what it gives inline', async () => {
    await using compute = openCompute({ inlineBytes: 0 })
    const there = await compute.run(planFileTask, input(line), 100, never)
    expect(there).toEqual(planFileTask.run(input(line)))
    expect(there.text).toBe('image: web:2.0.0 # {"$imagepolicy": "apps:web"}\n')
  })

  it('computes a small input where it is', async () => {
    await using compute = openCompute({ inlineBytes: 10 })
    const here = { name: 'no task of any thread', run: (value: number) => value + 1 }
    expect(await compute.run(here, 1, 10, never)).toBe(2)
  })

  it('ends a computation at its deadline, and the next one goes on', async () => {
    await using compute = openCompute({ inlineBytes: 0, deadlineMs: 150, threads: 1 })
    await expect(compute.run(endless, input(slow), slow.length, never)).rejects.toMatchObject({
      code: 'REWRITE_TIMEOUT',
    })
    await using patient = openCompute({ inlineBytes: 0, threads: 1 })
    expect((await patient.run(planFileTask, input(line), 100, never)).edits).toHaveLength(1)
  })

  it('survives a computation that fills its heap', async () => {
    await using compute = openCompute({ inlineBytes: 0, heapMiB: 16, threads: 1, deadlineMs: 20_000 })
    await expect(compute.run(planFileTask, input(slow), slow.length, never)).rejects.toMatchObject({
      code: 'REWRITE_MEMORY',
    })
  })
})
