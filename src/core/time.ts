import { AppError, quoteOutside } from './error.ts'

/** Nanoseconds of each unit that Go's `time.ParseDuration` knows. */
const unitNs: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}

/** Go's durations are signed 64-bit nanoseconds, about 292 years. */
const maxNs = 2n ** 63n - 1n

/**
 * Go duration → milliseconds (a fraction only below a millisecond): `1h30m` → 5400000, `1.5s` → 1500, `0` → 0.
 * Units ns, us, µs, ms, s, m, h, as in Go's `time.ParseDuration`; a sign is refused, since nothing here runs backwards.
 * `field` begins the message: `spec.interval`, `--timeout`. Errors: `RESOURCE_DURATION_INVALID`.
 */
export function parseDuration(text: string, field = 'duration'): number {
  const total = text === '0' ? 0n : sumNs(text)
  if (total === undefined || total > maxNs) {
    const got = JSON.stringify(quoteOutside(text, 40))
    throw new AppError(
      'RESOURCE_DURATION_INVALID',
      `${field}: expected a duration such as 30s, 5m or 1h30m, got ${got}`,
    )
  }
  return Number(total) / 1e6
}

function sumNs(text: string): bigint | undefined {
  // Above this length a number is no duration that fits, and arithmetic on it would cost time.
  if (text === '' || text.length > 128) return undefined
  const term = /([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)/y
  let total = 0n
  while (term.lastIndex < text.length) {
    const match = term.exec(text)
    const whole = match?.[1] ?? ''
    const fraction = match?.[2] ?? ''
    const unit = unitNs[match?.[3] ?? '']
    if (unit === undefined || whole + fraction === '') return undefined
    total += BigInt(whole === '' ? '0' : whole) * unit
    total += (BigInt(fraction === '' ? '0' : fraction) * unit) / 10n ** BigInt(fraction.length)
  }
  return total
}

/** Milliseconds → Go duration as Go prints it: 5400000 → `1h30m0s`, 1500 → `1.5s`, 750 → `750ms`, 0 → `0s`. */
export function printDuration(ms: number): string {
  const ns = Math.round(ms * 1e6)
  if (ns === 0) return '0s'
  if (ns < 1e3) return `${ns}ns`
  if (ns < 1e6) return `${decimal(ns, 3)}µs`
  if (ns < 1e9) return `${decimal(ns, 6)}ms`
  const seconds = Math.floor(ns / 1e9)
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  const rest = `${decimal((seconds % 60) * 1e9 + (ns % 1e9), 9)}s`
  if (hours > 0) return `${hours}h${minutes}m${rest}`
  return minutes > 0 ? `${minutes}m${rest}` : rest
}

/** `value / 10^digits` without trailing zeros. */
function decimal(value: number, digits: number): string {
  const text = String(value).padStart(digits + 1, '0')
  const fraction = text.slice(-digits).replace(/0+$/, '')
  const whole = text.slice(0, -digits)
  return fraction === '' ? whole : `${whole}.${fraction}`
}

const rfc3339 =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))$/

/**
 * RFC 3339 instant → epoch milliseconds (finer parts are cut off): `2026-01-02T03:04:05.6+01:00`.
 * `undefined` for any other text and for times that do not exist (30 February, hour 24, leap seconds as in Go).
 */
export function parseTime(text: string): number | undefined {
  const match = rfc3339.exec(text)
  if (match === null) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number)
  const ms = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3))
  const at = new Date(0)
  at.setUTCFullYear(year ?? 0, (month ?? 0) - 1, day)
  at.setUTCHours(hour ?? 0, minute, second, ms)
  const [zoneHours, zoneMinutes] = [Number(match[9] ?? 0), Number(match[10] ?? 0)]
  // A field out of its range has moved the others, so the text does not come back.
  const exists = at.toISOString().slice(0, 19) === text.slice(0, 19).toUpperCase().replace(' ', 'T')
  if (!exists || zoneHours > 23 || zoneMinutes > 59) return undefined
  const offsetMs = (zoneHours * 60 + zoneMinutes) * 60_000
  return at.getTime() - (match[8] === '-' ? -offsetMs : offsetMs)
}

/** Epoch milliseconds → RFC 3339 in UTC, cut to the second as Kubernetes does: `2026-01-02T03:04:05Z`. */
export function printTime(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`
}
