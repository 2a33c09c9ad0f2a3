import { lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { ForbiddenAddress } from './failure.ts'

/** Which addresses beyond public ones a request may reach. */
export interface AddressRule {
  readonly loopback: boolean
  readonly private: boolean
}

/** `forbidden` is what no request may reach: link-local, cloud metadata, unspecified, multicast, reserved. */
export type AddressKind = 'public' | 'private' | 'loopback' | 'forbidden'

const ranges: readonly [Exclude<AddressKind, 'public'>, BlockList][] = [
  [
    'forbidden',
    blockList([
      ['0.0.0.0', 8],
      ['169.254.0.0', 16],
      ['100.100.100.200', 32], // metadata of Alibaba Cloud, inside 100.64/10
      ['168.63.129.16', 32], // Azure's host agent
      ['224.0.0.0', 4],
      ['240.0.0.0', 4],
      ['::', 128],
      ['fe80::', 10],
      ['fd00:ec2::254', 128], // metadata of AWS, inside fc00::/7
      ['ff00::', 8],
    ]),
  ],
  [
    'loopback',
    blockList([
      ['127.0.0.0', 8],
      ['::1', 128],
    ]),
  ],
  [
    'private',
    blockList([
      ['10.0.0.0', 8],
      ['172.16.0.0', 12],
      ['192.168.0.0', 16],
      ['100.64.0.0', 10],
      ['fc00::', 7],
      ['fec0::', 10],
    ]),
  ],
]

function blockList(subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4')
  return list
}

/** What an IP address is; one that embeds an IPv4 address (mapped, NAT64, 6to4) is what that one is. */
export function addressKind(address: string): AddressKind {
  const plain = (address.split('%', 1)[0] ?? '').toLowerCase()
  const family = isIP(plain)
  if (family === 0) return 'forbidden'
  const embedded = family === 6 ? embeddedIpv4(plain) : undefined
  if (embedded !== undefined) return addressKind(embedded)
  return ranges.find(([, list]) => list.check(plain, family === 6 ? 'ipv6' : 'ipv4'))?.[0] ?? 'public'
}

/** The IPv4 address inside `::ffff:a.b.c.d`, `::a.b.c.d`, `64:ff9b::a.b.c.d` (RFC 6052) or `2002:…` (RFC 3056). */
function embeddedIpv4(address: string): string | undefined {
  const groups = groupsOf(address)
  const [first = 0, second = 0, third = 0] = groups
  if (first === 0x2002) return dotted(second, third)
  const [high = 0, low = 0] = groups.slice(6)
  const prefix = groups
    .slice(0, 6)
    .map((group) => group.toString(16))
    .join(':')
  const isUnspecifiedOrLoopback = prefix === '0:0:0:0:0:0' && high === 0 && low <= 1
  if (isUnspecifiedOrLoopback || !['0:0:0:0:0:0', '0:0:0:0:0:ffff', '64:ff9b:0:0:0:0'].includes(prefix))
    return undefined
  return dotted(high, low)
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** The eight groups; the URL parser writes a dotted tail as two groups. */
function groupsOf(address: string): readonly number[] {
  const [head = '', tail = ''] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16))
}

/** May a request under this rule reach the address? */
export function permits(rule: AddressRule, address: string): boolean {
  const kind = addressKind(address)
  return kind === 'public' || (kind === 'private' && rule.private) || (kind === 'loopback' && rule.loopback)
}

/**
 * May a request under this rule go to the host name of a URL? Decides on literals and on names that stand for addresses;
 * other names pass here and are decided by what they resolve to. `forbidden` are further names, lower case.
 */
export function permitsHost(rule: AddressRule, hostname: string, forbidden: readonly string[]): boolean {
  const name = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  if (isIP(name) !== 0 && forbidden.includes(name)) return false
  if (isIP(name) !== 0) return permits(rule, name)
  if (name === 'localhost' || name.endsWith('.localhost')) return rule.loopback
  return name !== 'metadata.google.internal' && !/^kubernetes\.default(?:\.|$)/.test(name) && !forbidden.includes(name)
}

/**
 * A `lookup` for sockets that fails unless every address of the name is permitted: the connection goes to an address
 * that was checked, so a second answer of the DNS cannot change it (rebinding).
 */
export function guardedLookup(rule: AddressRule, resolve: typeof lookup = lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const first = error === null ? addresses[0] : undefined
      if (first === undefined) callback(error ?? new Error(`${hostname}: no address`), '', 4)
      else if (!addresses.every(({ address }) => permits(rule, address))) callback(new ForbiddenAddress(), '', 4)
      else if (options.all === true) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
}
