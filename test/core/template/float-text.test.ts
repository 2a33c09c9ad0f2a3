import { expect, it } from 'vitest'
import { floatText } from '#core/template/float-text.ts'

// As Go's strconv.FormatFloat gives them.
it.each([
  [1e20, 'g', undefined, '1e+20'],
  [123_456_789, 'g', undefined, '1.23456789e+08'],
  [1e6, 'g', undefined, '1e+06'],
  [100_000, 'g', undefined, '100000'],
  [1e-5, 'g', undefined, '1e-05'],
  [0.0001, 'g', undefined, '0.0001'],
  [0, 'g', undefined, '0'],
  [-0, 'g', undefined, '-0'],
  [5e-324, 'g', undefined, '5e-324'],
  [1e20, 'g', 3, '1e+20'],
  [100_000, 'g', 3, '1e+05'],
  [1234.5678, 'g', 3, '1.23e+03'],
  [5e-324, 'g', 3, '4.94e-324'],
  [1.5, 'g', 0, '2'],
  [123_456.789, 'e', 6, '1.234568e+05'],
  [2.0005, 'e', 3, '2.001e+00'],
  [0, 'e', 2, '0.00e+00'],
  [1.5, 'e', undefined, '1.5e+00'],
  [
    1e100,
    'f',
    0,
    '10000000000000000159028911097599180468360808563945281389781327557747838772170381060813469985856815104',
  ],
  [0.5, 'f', 0, '0'],
  [1.5, 'f', 0, '2'],
  [2.5, 'f', 0, '2'],
  [9.995, 'f', 2, '9.99'],
  [99.99, 'f', 1, '100.0'],
  [0.25, 'f', 1, '0.2'],
  [1.005, 'f', 2, '1.00'],
  [0.1, 'f', 20, '0.10000000000000000555'],
  [1e-10, 'f', 3, '0.000'],
  [-2.71, 'f', 1, '-2.7'],
  [12.5, 'f', undefined, '12.5'],
  [Number.NaN, 'f', 2, 'NaN'],
  [Infinity, 'e', 2, 'Inf'],
  [-Infinity, 'g', undefined, '-Inf'],
] as const)('%d by %s with %s digits is %s', (value, format, precision, text) => {
  expect(floatText(value, format, precision)).toBe(text)
})
