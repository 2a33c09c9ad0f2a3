import { isIP } from 'node:net'
import { dockerHub } from '#core/image/reference.ts'
import type { AddressRule } from '../http/address.ts'
import type { RegistryConfig } from './options.ts'

type TrustConfig = Pick<RegistryConfig, 'allowLoopback' | 'allowPrivate' | 'trustedHosts'>

/** The registry from which an address came. */
export interface Own {
  /** As in the image name; for Docker Hub its canonical name. */
  readonly host: string
  /** Where its API answers. */
  readonly origin: URL
  /** May it be spoken to in plain HTTP? */
  readonly allowsPlain: boolean
}

const hubTokenServer = 'auth.docker.io'

/** What the registry itself may be: loopback and private as configured. */
export function ruleOfRegistry({ allowLoopback, allowPrivate }: TrustConfig): AddressRule {
  return { loopback: allowLoopback, private: allowPrivate }
}

/**
 * May plain HTTP be tried for this host (of an image name)? Loopback and RFC 1918 addresses as literals, `localhost`
 * and names below it; names of other kinds only where the user says so.
 */
export function isPlainByDefault(host: string): boolean {
  const name = host.replace(/:\d+$/, '')
  if (name === 'localhost' || name.endsWith('.localhost') || name === '127.0.0.1' || name === '[::1]') return true
  return isIP(name) === 4 && /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/.test(name)
}

/**
 * The rule under which an address that a registry names (token server, redirect) may be reached, or why it may not.
 * The registry's own host and port may, and so may hosts that the user trusts; others of its domain may be private
 * but not loopback; all else must be public.
 */
export function ruleOfDerived(url: URL, own: Own, config: TrustConfig): AddressRule | string {
  if (url.username !== '' || url.password !== '') return 'an address with a user name in it'
  if (!isSchemeAllowed(url, own, config)) return `an address of the scheme ${url.protocol.slice(0, -1)}`
  if (isOwn(url, own) || isListed(url, config.trustedHosts)) return ruleOfRegistry(config)
  return { loopback: false, private: config.allowPrivate && isRelated(url, own) }
}

function isSchemeAllowed(url: URL, own: Own, { trustedHosts }: TrustConfig): boolean {
  if (url.protocol !== 'http:') return url.protocol === 'https:'
  if (isOwn(url, own)) return own.origin.protocol === 'http:' || own.allowsPlain
  return isListed(url, trustedHosts) && isPlainByDefault(url.host)
}

/**
 * May a credential of the registry be shown to this address? Same host, Docker Hub's token server, a host equal to or
 * below the registry's parent domain of at least two labels, or one that the user lists.
 */
export function isTrusted(url: URL, own: Own, trustedHosts: readonly string[]): boolean {
  return isRelated(url, own) || isListed(url, trustedHosts)
}

function isRelated(url: URL, own: Own): boolean {
  const { hostname } = url
  if (hostname === own.origin.hostname) return true
  if (own.host === dockerHub) return hostname === hubTokenServer
  const parent = own.origin.hostname.split('.').slice(1)
  const isName = isIP(own.origin.hostname) === 0 && !own.origin.hostname.startsWith('[')
  return isName && parent.length >= 2 && `.${hostname}`.endsWith(`.${parent.join('.')}`)
}

function isOwn(url: URL, { origin }: Own): boolean {
  return url.hostname === origin.hostname && portOf(url) === portOf(origin)
}

function portOf({ port, protocol }: URL): string {
  return port !== '' ? port : protocol === 'https:' ? '443' : '80'
}

function isListed(url: URL, hosts: readonly string[]): boolean {
  return hosts.some((entry) => {
    const text = entry.toLowerCase()
    if (text.startsWith('*.')) return url.hostname.endsWith(text.slice(1))
    return text === url.hostname || text === `${url.hostname}:${portOf(url)}`
  })
}

/** Does a host (of an image name) match one of the patterns, in which `*` stands for any text? */
export function isAmong(host: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const parts = pattern.toLowerCase().split('*')
    const [head = ''] = parts
    const tail = parts.at(-1) ?? ''
    if (parts.length === 1) return pattern.toLowerCase() === host
    if (host.length < head.length + tail.length || !host.startsWith(head) || !host.endsWith(tail)) return false
    const middle = host.slice(head.length, host.length - tail.length)
    return parts.slice(1, -1).reduce((at, part) => indexAfter(middle, part, at), 0) >= 0
  })
}

/** Where a part that follows ends, or -1 for good. */
function indexAfter(text: string, part: string, at: number): number {
  const found = at < 0 ? -1 : text.indexOf(part, at)
  return found < 0 ? -1 : found + part.length
}
