import { expect, it } from 'vitest'
import { rateLimitOf } from '#io/registry/rate-limit.ts'

const now = Date.UTC(2026, 10, 24, 12)

it.each([
  ['an answer', 200, { 'retry-after': '7' }, undefined],
  ['an error', 500, { 'retry-after': '7' }, undefined],
  ['503 alone', 503, {}, undefined],
  ['503 with a time', 503, { 'retry-after': '7' }, { isQuota: false, retry: { afterMs: 7000 } }],
  ['429 alone', 429, {}, { isQuota: false }],
  ['429 with a time', 429, { 'retry-after': '7' }, { isQuota: false, retry: { afterMs: 7000 } }],
  [
    'a quota with a reset',
    429,
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '90' },
    { isQuota: true, retry: { afterMs: 90_000 } },
  ],
  [
    'Retry-After before the reset',
    429,
    { 'retry-after': '7', 'x-ratelimit-reset': '90' },
    { isQuota: false, retry: { afterMs: 7000 } },
  ],
  [
    'a quota by window',
    429,
    { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '0;w=21600' },
    { isQuota: true, retry: { afterMs: 216_000 } },
  ],
  [
    'a quota of a short window',
    429,
    { 'ratelimit-limit': '100;w=60', 'ratelimit-remaining': '0;w=60' },
    { isQuota: true, retry: { afterMs: 60_000 } },
  ],
  [
    'a quota that is not empty',
    429,
    { 'ratelimit-limit': '100;w=60', 'ratelimit-remaining': '5;w=60' },
    { isQuota: true },
  ],
])('%s', (_name, status, headers, limit) => {
  expect(rateLimitOf({ status, headers }, now)).toEqual(limit)
})
