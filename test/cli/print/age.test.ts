import { expect, it } from 'vitest'
import { printAge } from '#cli/print/age.ts'

const [s, m, h, d, y] = [1000, 60_000, 3_600_000, 86_400_000, 31_536_000_000]

// As `k8s.io/apimachinery/pkg/util/duration.HumanDuration` tells them.
it.each([
  [-5 * s, '0s'],
  [0, '0s'],
  [999, '0s'],
  [119 * s, '119s'],
  [2 * m, '2m'],
  [2 * m + s, '2m1s'],
  [9 * m + 59 * s, '9m59s'],
  [10 * m + 5 * s, '10m'],
  [179 * m, '179m'],
  [3 * h, '3h'],
  [3 * h + m, '3h1m'],
  [8 * h + 5 * m, '8h'],
  [47 * h, '47h'],
  [2 * d, '2d'],
  [2 * d + 3 * h, '2d3h'],
  [8 * d + 3 * h, '8d'],
  [2 * y - d, '729d'],
  [2 * y, '2y'],
  [2 * y + d, '2y1d'],
  [8 * y + d, '8y'],
  [30 * y, '30y'],
])('%d ms is %s', (ageMs, text) => {
  expect(printAge(ageMs)).toBe(text)
})
