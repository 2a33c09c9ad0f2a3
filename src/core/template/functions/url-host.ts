import { quote } from '../quote.ts'
import { unescapeUrl } from './url-escape.ts'

/** Ends the parse with Go's words. */
type Fail = (why: string) => never

/** Characters that a host may hold, as the inside of a character class. */
const allowed = String.raw`\-A-Za-z0-9_.~!$&'()*+,;=:[\]<>"`

/**
 * The host of a URL with its port, decoded, by the rules of Go's net/url: an IPv6 address in brackets, or any name;
 * only a database's list of hosts may hold several colons.
 */
export function parseHost(scheme: string, host: string, fail: Fail): string {
  const bracket = host.lastIndexOf('[')
  if (bracket > 0) fail('invalid IP-literal')
  if (bracket === 0) return parseLiteral(host, fail)
  const isHttp = scheme === 'http' || scheme === 'https'
  const colon = isHttp ? host.indexOf(':') : host.lastIndexOf(':')
  if (colon >= 0) checkPort(host.slice(colon), fail)
  return unescapeHost(host, fail)
}

/** The host without port and brackets. */
export function hostnameOf(host: string): string {
  return /^\[(.*)\]/.exec(host)?.[1] ?? host.replace(/:[0-9]*$/, '')
}

function parseLiteral(host: string, fail: Fail): string {
  const close = host.lastIndexOf(']')
  if (close < 0) fail("missing ']' in host")
  const port = host.slice(close + 1)
  checkPort(port, fail)
  const [, address = '', zone = ''] = /^(.*?)(%25.*)?$/s.exec(host.slice(1, close)) ?? []
  const name = unescapeHost(address, fail) + unescapeZone(zone, fail)
  if (/^[0-9]+(?:\.[0-9]+){3}$/.test(name)) fail('invalid IP-literal')
  if (!isIpv6(name.replace(/%.+$/s, ''))) fail(`invalid host: ParseAddr(${quote(name)}): unable to parse IP`)
  return `[${name}]${port}`
}

function checkPort(port: string, fail: Fail): void {
  if (!/^(?::[0-9]*)?$/.test(port)) fail(`invalid port ${quote(port)} after host`)
}

const badInHost = new RegExp(`%(?![0-9A-Fa-f]{2}).{0,2}|%(?!25)[0-7][0-9A-Fa-f]|[^%${allowed}\\u0080-\\uffff]`, 's')
const badInZone = new RegExp(`%(?![0-9A-Fa-f]{2}).{0,2}|[^%${allowed}\\u0080-\\uffff]`, 's')

/** Only bytes beyond ASCII, and the percent sign itself, may be encoded in a host. */
function unescapeHost(text: string, fail: Fail): string {
  refuse(badInHost.exec(text)?.[0], fail)
  return unescapeUrl(text, fail)
}

/** A zone may hold what a host may, encoded or not, and blanks. */
function unescapeZone(text: string, fail: Fail): string {
  refuse(badInZone.exec(text)?.[0], fail)
  const decoded = unescapeUrl(text, fail)
  const odd = new RegExp(`[^ %${allowed}\\u0080-\\uffff]`).exec(decoded)?.[0]
  if (odd !== undefined) fail(`invalid URL escape ${quote(`%${odd.charCodeAt(0).toString(16).padStart(2, '0')}`)}`)
  return decoded
}

function refuse(bad: string | undefined, fail: Fail): void {
  if (bad?.startsWith('%')) fail(`invalid URL escape ${quote(bad)}`)
  if (bad !== undefined) fail(`invalid character ${quote(bad)} in host name`)
}

/** Eight groups of hexadecimal digits, of which `::` stands for at least one; the last two may be an IPv4 address. */
function isIpv6(text: string): boolean {
  const plain = text.replace(/:(?:[0-9]{1,3}\.){3}[0-9]{1,3}$/, ':0:0')
  const halves = plain.split('::')
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  const fits = halves.length === 1 ? groups.length === 8 : halves.length === 2 && groups.length < 8
  return fits && groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))
}
