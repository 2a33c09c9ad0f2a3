import { expect, it } from 'vitest'
import { Thread } from '#io/compute/worker.ts'

const options = { deadlineMs: 10_000, signal: new AbortController().signal }

it('says that there is no such task, and goes on', async () => {
  const thread = new Thread(64)
  await expect(thread.ask({ task: 'none', input: 1 }, options)).rejects.toMatchObject({
    code: 'INTERNAL',
    message: 'worker thread: there is no task "none"',
  })
  expect(thread.isUsable).toBe(true)
  await expect(thread.ask({ task: 'plan-file', input: null }, options)).rejects.toMatchObject({ code: 'INTERNAL' })
  await thread.end()
})
