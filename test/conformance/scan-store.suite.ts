import { describe, expect, it } from 'vitest'
import type { Tag } from '#core/image/reference.ts'
import type { ScanStore, StoredScan } from '#flow/ports.ts'

const { signal } = new AbortController()

/** A scan of these tags. */
export function scanOf(tags: readonly string[], extra: Partial<StoredScan> = {}): StoredScan {
  return { tags: tags as readonly Tag[], dropped: { invalid: 1, artefact: 2 }, requests: 3, scannedAt: 1_000, ...extra }
}

/** What every store of scans promises; `open` gives an empty one. */
export function scanStoreSuite(name: string, open: () => Promise<ScanStore>): void {
  describe(`${name} keeps scans`, () => {
    it.each([
      ['without tags', scanOf([])],
      ['with few tags', scanOf(['v2', 'v1'])],
      ['with many tags', scanOf(Array.from({ length: 20_000 }, (_, index) => `build-${index}-${index * 7919}`))],
      ['with a suspect', scanOf(['b', 'a'], { suspect: { tags: ['a'] as unknown as readonly Tag[], seenAt: 2_000 } })],
      ['with an empty suspect', scanOf(['b'], { suspect: { tags: [], seenAt: 2_000 } })],
    ])('%s', async (_, scan) => {
      const store = await open()
      await store.save('a key: of any kind', scan, signal)
      expect(await store.load('a key: of any kind', signal)).toEqual(scan)
      expect(await store.load('another', signal)).toBeUndefined()
    })

    it('by replacing the former one', async () => {
      const store = await open()
      await store.save('k', scanOf(['v1'], { suspect: { tags: [], seenAt: 1 } }), signal)
      await store.load('k', signal)
      const next = scanOf(['v2', 'v1'], { scannedAt: 2_000 })
      await store.save('k', next, signal)
      expect(await store.load('k', signal)).toEqual(next)
    })
  })

  it(`${name} remembers what was announced last`, async () => {
    const store = await open()
    expect(await store.announcedAt('tagboat.dev/ImageRepository/apps/web', signal)).toBeUndefined()
    await store.announce('tagboat.dev/ImageRepository/apps/web', 1_000, signal)
    await store.announce('tagboat.dev/ImageRepository/apps/web', 2_000, signal)
    await store.announce('tagboat.dev/ImageRepository/apps/db', 3_000, signal)
    expect(await store.announcedAt('tagboat.dev/ImageRepository/apps/web', signal)).toBe(2_000)
  })

  describe(`${name} runs work alone`, () => {
    it('one after the other for one key, also when the first fails, and together for different keys', async () => {
      const store = await open()
      const order: string[] = []
      const gate = Promise.withResolvers<void>()
      const first = store.alone(
        'k',
        async () => {
          order.push('first starts')
          await gate.promise
          order.push('first fails')
          throw new Error('registry down')
        },
        signal,
      )
      const second = store.alone('k', async () => order.push('second'), signal)
      await store.alone('other', async () => order.push('other'), signal)
      gate.resolve()
      await expect(first).rejects.toThrow('registry down')
      await second
      expect(new Set(order.slice(0, 2))).toEqual(new Set(['first starts', 'other']))
      expect(order.slice(2)).toEqual(['first fails', 'second'])
    })

    it('and gives its result', async () => {
      expect(await (await open()).alone('k', async () => 42, signal)).toBe(42)
    })

    it('but not for whoever has given up', async () => {
      const store = await open()
      const gate = Promise.withResolvers<void>()
      const first = store.alone('k', async () => gate.promise, signal)
      const stopping = new AbortController()
      const second = store.alone('k', async () => 'done', stopping.signal)
      stopping.abort()
      await expect(second).rejects.toMatchObject({ code: 'CANCELLED' })
      gate.resolve()
      await first
      expect(await store.alone('k', async () => 'next', signal)).toBe('next')
    })
  })
}
