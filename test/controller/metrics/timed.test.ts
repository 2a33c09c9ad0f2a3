import { describe, expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import { parseRemoteUrl } from '#core/secret/remote-url.ts'
import type { GitWriter, PushRequest, PushResult, RegistryClient } from '#flow/ports.ts'
import { countedPushes, timedScans } from '#controller/metrics/timed.ts'
import { signal, sourceOf, testClock } from '../../io/registry/harness.ts'

const remote = { url: parseRemoteUrl('https://git.acme.org/a', 'url', ['https']) } as Parameters<GitWriter['push']>[0]

describe('pushes', () => {
  it.each<{ result: PushResult | AppError; told: string }>([
    { result: { kind: 'pushed' }, told: 'pushed' },
    { result: { kind: 'moved' }, told: 'moved' },
    { result: new AppError('INTERNAL', 'x'), told: 'failed' },
  ])('that end as $told are told of so', async ({ result, told }) => {
    const heard: string[] = []
    const writer = {
      push: async () => {
        if (result instanceof AppError) throw result
        return result
      },
    } as unknown as GitWriter
    const counted = countedPushes(writer, (one) => heard.push(one))
    const settled = await Promise.allSettled([counted.push(remote, {} as PushRequest, signal)])
    expect(settled[0]?.status).toBe(result instanceof AppError ? 'rejected' : 'fulfilled')
    expect(heard).toEqual([told])
  })
})

describe('scans', () => {
  it.each([true, false])('are timed, ended well: %j', async (isWell) => {
    const clock = testClock()
    const heard: unknown[] = []
    const client = {
      listTags: async () => {
        clock.pass(1500)
        if (!isWell) throw new AppError('REGISTRY_UNAVAILABLE', 'x')
        return { tags: [], dropped: { invalid: 0, artefact: 0 }, requests: 1 }
      },
    } as unknown as RegistryClient
    const timed = timedScans(client, clock, (ms, ok) => heard.push([ms, ok]))
    await Promise.allSettled([timed.listTags(sourceOf('r.io/a'), signal)])
    expect(heard).toEqual([[1500, isWell]])
  })
})
