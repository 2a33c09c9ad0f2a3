import { zstdCompressSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { packScan, unpackScan } from '#io/store/redis/scan-text.ts'
import { scanOf } from '../../../conformance/scan-store.suite.ts'

const many = scanOf(Array.from({ length: 5000 }, (_, index) => `2026.11.${5000 - index}-build`))

it('packs a long list tightly, and a short one not at all', async () => {
  const long = await packScan(many)
  expect(long.length).toBeLessThan(many.tags.join('\n').length / 5)
  expect(await unpackScan(long)).toEqual(many)
  const short = await packScan(scanOf(['v2', 'v1']))
  expect(short.toString('latin1')).toBe(
    '\u0001\u0000{"dropped":{"invalid":1,"artefact":2},"requests":3,"scannedAt":1000,"count":2}\nv2\nv1',
  )
})

const head = { dropped: { invalid: 0, artefact: 0 }, requests: 1, scannedAt: 5, count: 1 }
const value = (text: string): Buffer => Buffer.from(`\u0001\u0000${text}`, 'latin1')

it.each([
  ['nothing', Buffer.alloc(0)],
  ['another version', Buffer.from('\u0002\u0000{}')],
  ['no JSON', value('}{\na')],
  ['no object', value('7\na')],
  ['too few tags', value(`${JSON.stringify({ ...head, count: 2 })}\na`)],
  ['no time', value(`${JSON.stringify({ ...head, scannedAt: '5' })}\na`)],
  ['a negative count', value(`${JSON.stringify({ ...head, count: -1 })}\na`)],
  ['an illegal tag', value(`${JSON.stringify(head)}\n$(reboot)`)],
  ['an empty tag', value(`${JSON.stringify({ ...head, count: 1 })}\n`)],
  ['broken packing', Buffer.from('\u0001\u0001nothing of the kind')],
  ['half of it', (await packScan(many)).subarray(0, 900)],
  ['a bomb', Buffer.concat([Buffer.of(1, 1), zstdCompressSync(Buffer.alloc(65 * 1024 * 1024))])],
])('gives nothing for %s', async (_, bytes) => {
  expect(await unpackScan(bytes)).toBeUndefined()
})
