import { expect, it } from 'vitest'
import { skewBetween } from '#cli/cluster/checks/server.ts'

// The request lasts from 10.5 s to 11.5 s of our clock; the server tells whole seconds.
const [askedAt, answeredAt] = [10_500, 11_500]

it.each([
  [10_000, 0],
  [11_000, 0],
  [12_000, 500],
  [15_000, 3500],
  [9000, -501],
  [5000, -4501],
])('a server at %d ms is ahead by %d at least', (serverAt, skewMs) => {
  expect(skewBetween({ askedAt, answeredAt, serverAt })).toBe(skewMs)
})
