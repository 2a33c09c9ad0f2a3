import { describe, expect, it } from 'vitest'
import { within } from '#controller/metrics/within.ts'

describe('work', () => {
  it.each([
    ['that is done gives its result', async () => 1, 1],
    ['that fails gives nothing', async () => Promise.reject(new Error('x')), undefined],
    ['that takes too long gives nothing', async () => new Promise<number>(() => undefined), undefined],
  ])('%s', async (_what, work, result) => {
    expect(await within(20, work())).toBe(result)
  })

  it('that fails later troubles nobody', async () => {
    const late = Promise.withResolvers<number>()
    expect(await within(1, late.promise)).toBeUndefined()
    late.reject(new Error('x'))
    await expect(late.promise).rejects.toThrow('x')
  })
})
