/** A non-negative integer of any length: a bigint only where a number would lose digits. */
export type Natural = number | bigint

/** Digits that a double holds without loss. */
const exactDigits = 15

/** Decimal digits → the number: `"042"` → 42, `"20240101123456789012"` → a bigint. */
export function parseNatural(digits: string): Natural {
  if (digits.length <= exactDigits) return Number(digits)
  const value = BigInt(digits)
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}

/** > 0 when `a` is greater. Works for texts (UTF-16 order, which is byte order for tags) and for numbers of any size. */
export function compareBy<T extends string | Natural>(a: T, b: T): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/**
 * > 0 when `a` is higher in natural order: runs of digits count as numbers (`alpine3.19` > `alpine3.9`), all else by
 * byte. Texts that differ only in leading zeros fall back to byte order, so that only equal texts compare equal.
 */
export function compareNatural(a: string, b: string): number {
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    const [runA, runB] = [digitsAt(a, i), digitsAt(b, j)]
    const bothRuns = runA !== '' && runB !== ''
    const order = bothRuns ? compareDigits(runA, runB) : a.charCodeAt(i) - b.charCodeAt(j)
    if (order !== 0) return order
    i += bothRuns ? runA.length : 1
    j += bothRuns ? runB.length : 1
  }
  return a.length - i - (b.length - j) || compareBy(a, b)
}

function digitsAt(text: string, start: number): string {
  let end = start
  while (isDigit(text.charCodeAt(end))) end += 1
  return text.slice(start, end)
}

/** Compares runs of decimal digits of any length by their value. */
function compareDigits(a: string, b: string): number {
  const [x, y] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')]
  return x.length - y.length || compareBy(x, y)
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}
