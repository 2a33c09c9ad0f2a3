const unreadableMs = 30_000
const maxMs = 86_400_000

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

// The three forms of RFC 9110 §5.6.7; the last two are obsolete and still sent.
const dates: readonly RegExp[] = [
  /^\w{3}, (?<day>\d{2}) (?<month>\w{3}) (?<year>\d{4}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  /^\w{6,9}, (?<day>\d{2})-(?<month>\w{3})-(?<year>\d{2}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  /^\w{3} (?<month>\w{3}) (?<day>[ \d]\d) (?<time>\d{2}:\d{2}:\d{2}) (?<year>\d{4})$/,
]

/**
 * How long `Retry-After` asks to wait, in milliseconds from `now` (epoch ms): seconds, also decimal, or an HTTP date.
 * What is past or cannot be read counts as 30 s; nothing is longer than a day.
 */
export function retryAfterMs(value: string, now: number): number {
  const text = value.trim()
  const seconds = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined
  const ms = seconds === undefined ? (parseHttpDate(text, now) ?? 0) - now : seconds * 1000
  return ms > 0 ? Math.min(Math.ceil(ms), maxMs) : unreadableMs
}

/** Epoch ms of an HTTP date in any of its three forms; undefined if it is none. `now` settles two-digit years. */
export function parseHttpDate(text: string, now: number): number | undefined {
  const groups = dates.map((form) => form.exec(text)?.groups).find((found) => found !== undefined)
  if (groups === undefined) return undefined
  const { day = '', month = '', year = '', time = '' } = groups
  const monthIndex = months.indexOf(month.toLowerCase())
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number)
  if (monthIndex < 0) return undefined
  return Date.UTC(fullYear(year, now), monthIndex, Number(day), hours, minutes, seconds)
}

/** Two digits mean the year that is at most fifty years ahead (RFC 9110 §5.6.7). */
function fullYear(year: string, now: number): number {
  if (year.length === 4) return Number(year)
  const thisYear = new Date(now).getUTCFullYear()
  const candidate = Math.floor(thisYear / 100) * 100 + Number(year)
  return candidate > thisYear + 50 ? candidate - 100 : candidate
}
