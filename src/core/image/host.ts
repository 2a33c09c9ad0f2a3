const label = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?'
const authority = new RegExp(
  `^(?:(?<name>${label}(?:\\.${label})*)|\\[(?<ipv6>[0-9A-Fa-f:.]+)\\])(?::(?<port>[0-9]{1,5}))?$`,
)

/**
 * Is this `host[:port]` with a domain name, an IPv4 address or an IPv6 address in brackets (RFC 3986 without zones)?
 * A name has at most 253 characters, a port is 1..65535.
 */
export function isHost(text: string): boolean {
  const groups = authority.exec(text)?.groups
  if (groups === undefined) return false
  const { name, ipv6, port } = groups
  const portNumber = port === undefined ? 1 : Number(port)
  if (portNumber < 1 || portNumber > 65_535) return false
  return ipv6 === undefined ? (name ?? '').length <= 253 : isIpv6(ipv6)
}

function isIpv6(text: string): boolean {
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  const last = groups.at(-1) ?? ''
  const tail = last.includes('.') ? 2 : 1
  const plain = tail === 2 ? groups.slice(0, -1) : groups
  const count = plain.length + (tail === 2 ? 2 : 0)
  if (tail === 2 && !isIpv4(last)) return false
  if (!plain.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false
  return halves.length === 2 ? count < 8 : count === 8
}

function isIpv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) <= 255)
}
