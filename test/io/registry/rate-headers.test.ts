import { expect, it } from 'vitest'
import { namesQuota, readRateHeaders, readRetryAfter } from '#io/registry/rate-headers.ts'

const now = Date.UTC(2026, 10, 24, 12, 0, 0)
const nowSeconds = now / 1000

it.each([
  ['nothing', {}, {}],
  [
    'Docker Hub',
    { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '0;w=21600' },
    { limit: 100, remaining: 0, windowMs: 21_600_000 },
  ],
  [
    'GitHub',
    { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '59', 'x-ratelimit-reset': String(nowSeconds + 90) },
    { limit: 60, remaining: 59, resetMs: 90_000 },
  ],
  ['epoch milliseconds', { 'ratelimit-reset': String(now + 90_000) }, { resetMs: 90_000 }],
  ['seconds from now', { 'ratelimit-reset': '90' }, { resetMs: 90_000 }],
  [
    "the server's clock is wrong",
    { 'x-ratelimit-reset': String(nowSeconds + 90), date: 'Tue, 24 Nov 2026 12:01:00 GMT' },
    { resetMs: 30_000 },
  ],
  ['a reset that is past', { 'x-ratelimit-reset': String(nowSeconds - 5) }, { resetMs: 0 }],
  [
    'the structured header',
    { ratelimit: '"p";r=50;t=30', 'ratelimit-policy': '"p";q=100;w=60' },
    { limit: 100, remaining: 50, windowMs: 60_000, resetMs: 30_000 },
  ],
  [
    'its earlier draft',
    { ratelimit: 'limit=100, remaining=50, reset=5' },
    { limit: 100, remaining: 50, resetMs: 5000 },
  ],
  ['nonsense', { 'ratelimit-limit': 'many', 'x-ratelimit-reset': '' }, {}],
])('%s', (_name, headers, expected) => {
  const found = readRateHeaders(headers, now)
  expect(found).toEqual(expected)
  expect(namesQuota(found)).toBe('limit' in expected || 'remaining' in expected)
})

it.each([
  [{}, undefined],
  [{ 'retry-after': '7' }, 7000],
  [{ 'x-retry-after': '7' }, 7000],
  [{ 'retry-after': 'x' }, 30_000],
])('%j asks to wait %s ms', (headers, ms) => {
  expect(readRetryAfter(headers, now)).toBe(ms)
})
