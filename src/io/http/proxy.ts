import { BlockList, isIP } from 'node:net'
import { parseRemoteUrl, type RemoteUrl } from '#core/secret/remote-url.ts'

/** Environment variables, handed in by the caller. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Schemes of proxies that can be used. */
export const proxySchemes: readonly string[] = ['http', 'https', 'socks5']

/**
 * The proxy that the environment names for an address: `HTTPS_PROXY` or `HTTP_PROXY`, upper case before lower case,
 * unless `NO_PROXY` names the host. Loopback is never reached through a proxy (Go's rule).
 * `RESOURCE_URL_INVALID` if the variable is no address.
 */
export function proxyOf(url: URL, environment: Environment): RemoteUrl | undefined {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'
  const text = variable(environment, name)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (text === '' || host === 'localhost' || host === '::1' || host.startsWith('127.')) return undefined
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port
  if (isExcepted(host, port, variable(environment, 'NO_PROXY'))) return undefined
  return parseRemoteUrl(text.includes('://') ? text : `http://${text}`, name, proxySchemes)
}

function variable(environment: Environment, name: string): string {
  return (environment[name] ?? environment[name.toLowerCase()] ?? '').trim()
}

function isExcepted(host: string, port: string, list: string): boolean {
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => entry === '*' || matches(entry.toLowerCase(), host, port))
}

/** `host`, `.suffix`, `*.suffix`, an address or a network, each but the last with an optional port. */
function matches(entry: string, host: string, port: string): boolean {
  if (entry.includes('/')) return isInNetwork(entry, host)
  const [, name = '', entryPort] = /^\[?(.*?)\]?(?::([0-9]+))?$/.exec(isIP(entry) === 6 ? `[${entry}]` : entry) ?? []
  if (entryPort !== undefined && entryPort !== port) return false
  if (isIP(host) !== 0) return host === name
  const suffix = name.replace(/^\*?\./, '.')
  return suffix.startsWith('.') ? host.endsWith(suffix) : host === suffix || host.endsWith(`.${suffix}`)
}

function isInNetwork(entry: string, host: string): boolean {
  const [network = '', prefix = ''] = entry.split('/')
  const family = isIP(network)
  if (family === 0 || isIP(host) !== family || !/^[0-9]{1,3}$/.test(prefix)) return false
  if (Number(prefix) > (family === 4 ? 32 : 128)) return false
  const list = new BlockList()
  const type = family === 4 ? 'ipv4' : 'ipv6'
  list.addSubnet(network, Number(prefix), type)
  return list.check(host, type)
}
