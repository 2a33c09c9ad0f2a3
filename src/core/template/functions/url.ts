import { FunctionFault } from '../fault.ts'
import { define } from '../function.ts'
import { quote } from '../quote.ts'
import { Dict, kindOf } from '../value.ts'
import { escapeUrl, unescapeUrl } from './url-escape.ts'

/** sprig's functions of URLs, by the rules of Go's net/url. */
export const urls = {
  urlParse: define(['string'], ([text]) => {
    const parts = parseUrl(text)
    return new Dict(Object.entries(parts))
  }),
  urlJoin: define(['map[string]interface {}'], ([dict]) => joinUrl(dict)),
}

interface UrlParts {
  readonly scheme: string
  readonly host: string
  readonly hostname: string
  readonly path: string
  readonly query: string
  readonly opaque: string
  readonly fragment: string
  readonly userinfo: string
}

function refuse(text: string, why: string): never {
  throw new FunctionFault(`unable to parse url: parse ${quote(text)}: ${why}`)
}

function parseUrl(text: string): UrlParts {
  if (/[\u0000-\u001f\u007f]/.test(text)) refuse(text, 'net/url: invalid control character in URL')
  const unescape = (part: string): string => unescapeUrl(part, (why) => refuse(text, why))
  const [, beforeFragment = '', fragment = ''] = /^([^#]*)#?(.*)$/s.exec(text) ?? []
  if (beforeFragment.startsWith(':')) refuse(text, 'missing protocol scheme')
  const [, scheme = '', afterScheme = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(.*)$/s.exec(beforeFragment) ?? []
  const [, rest = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(afterScheme) ?? []
  const empty = { host: '', hostname: '', path: '', opaque: '', userinfo: '' }
  const known = { ...empty, scheme: scheme.toLowerCase(), query, fragment: unescape(fragment) }
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...known, opaque: rest }
    if (/^[^/]*:/.test(rest)) refuse(text, 'first path segment in URL cannot contain colon')
  }
  const hasAuthority = rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'))
  if (!hasAuthority) return { ...known, path: unescape(rest) }
  const [, authority = '', path = ''] = /^\/\/([^/]*)(.*)$/s.exec(rest) ?? []
  return { ...known, ...parseAuthority(text, authority), path: unescape(path) }
}

function parseAuthority(text: string, authority: string): Pick<UrlParts, 'host' | 'hostname' | 'userinfo'> {
  const at = authority.lastIndexOf('@')
  const userinfo = at < 0 ? '' : authority.slice(0, at)
  const host = parseHost(text, authority.slice(at + 1))
  const hostname = host.startsWith('[') ? host.slice(1, host.indexOf(']')) : host.replace(/:[0-9]*$/, '')
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(userinfo)) refuse(text, 'net/url: invalid userinfo')
  return { host, hostname, userinfo: at < 0 ? '' : normalUserinfo(userinfo, (why) => refuse(text, why)) }
}

function normalUserinfo(userinfo: string, fail: (why: string) => never): string {
  const [, user = '', colon = '', password = ''] = /^([^:]*)(:?)(.*)$/s.exec(userinfo) ?? []
  const again = (part: string): string => escapeUrl(unescapeUrl(part, fail), 'userinfo')
  return again(user) + (colon === '' ? '' : `:${again(password)}`)
}

function parseHost(text: string, host: string): string {
  const isBracketed = host.startsWith('[')
  if (isBracketed && !host.includes(']')) refuse(text, "missing ']' in host")
  const port = isBracketed
    ? host.slice(host.lastIndexOf(']') + 1)
    : (/:.*$/s.exec(host.slice(host.lastIndexOf(':')))?.[0] ?? '')
  const shown = host.includes(':') || isBracketed ? port : ''
  if (shown !== '' && !/^:[0-9]*$/.test(shown)) refuse(text, `invalid port ${quote(shown)} after host`)
  const bad = /%(?![89A-Fa-f][0-9A-Fa-f]|25)[0-9A-Fa-f]{0,2}/.exec(host)?.[0]
  if (bad !== undefined) refuse(text, `invalid URL escape ${quote(bad)}`)
  const odd = /[ <>"\\^`{|}]/.exec(isBracketed ? '' : host)?.[0]
  if (odd !== undefined) refuse(text, `invalid character ${quote(odd)} in host name`)
  return unescapeUrl(host, (why) => refuse(text, why))
}

/** sprig takes texts only. */
function member(dict: Dict, key: string): string {
  const value = dict.has(key) ? dict.get(key) : ''
  if (typeof value === 'string') return value
  throw new FunctionFault(`unable to parse ${key} key, must be of type string, but ${kindOf(value)} found`)
}

function joinUrl(dict: Dict): string {
  const [scheme, host, path] = [member(dict, 'scheme'), member(dict, 'host'), member(dict, 'path')]
  const [query, opaque, fragment] = [member(dict, 'query'), member(dict, 'opaque'), member(dict, 'fragment')]
  const userinfo = joinedUserinfo(member(dict, 'userinfo'))
  const before = scheme === '' ? '' : `${scheme}:`
  const location = opaque === '' ? before + joinedPath({ scheme, host, path, userinfo }) : before + opaque
  const after = (query === '' ? '' : `?${query}`) + (fragment === '' ? '' : `#${escapeUrl(fragment, 'fragment')}`)
  return location + after
}

function joinedUserinfo(userinfo: string): string {
  if (userinfo === '') return ''
  try {
    return parseUrl(`proto://${userinfo}@host`).userinfo
  } catch (error) {
    const why = error instanceof FunctionFault ? error.message.replace('unable to parse url: ', '') : String(error)
    throw new FunctionFault(`unable to parse userinfo in dict: ${why}`)
  }
}

function joinedPath(parts: Pick<UrlParts, 'scheme' | 'host' | 'path' | 'userinfo'>): string {
  const { scheme, host, path, userinfo } = parts
  const hasAuthority =
    (scheme !== '' || host !== '' || userinfo !== '') && (host !== '' || path !== '' || userinfo !== '')
  const authority = hasAuthority ? `//${userinfo === '' ? '' : `${userinfo}@`}${escapeUrl(host, 'host')}` : ''
  const escaped = path === '*' ? '*' : escapeUrl(path, 'path')
  const slash = path !== '' && !path.startsWith('/') && host !== '' ? '/' : ''
  // A colon in the first part of a path would be read as a scheme.
  const dot = scheme === '' && authority === '' && /^[^/]*:/.test(escaped) ? './' : ''
  return authority + slash + dot + escaped
}
