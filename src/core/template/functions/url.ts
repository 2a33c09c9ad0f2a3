import { FunctionFault } from '../fault.ts'
import { define } from '../function.ts'
import { quote } from '../quote.ts'
import { Dict, kindOf } from '../value.ts'
import { escapeUrl, unescapeUrl } from './url-escape.ts'
import { hostnameOf, parseHost } from './url-host.ts'

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

/** Ends a parse with Go's words. */
type Fail = (why: string) => never

function parseUrl(text: string): UrlParts {
  const [, beforeFragment = '', hash = ''] = /^([^#]*)#?(.*)$/s.exec(text) ?? []
  const parts = parseReference(beforeFragment, failing(beforeFragment))
  return { ...parts, fragment: unescapeUrl(hash, failing(text)) }
}

function failing(text: string): Fail {
  return (why) => {
    throw new FunctionFault(`unable to parse url: parse ${quote(text)}: ${why}`)
  }
}

function parseReference(text: string, fail: Fail): Omit<UrlParts, 'fragment'> {
  if (/[\u0000-\u001f\u007f]/.test(text)) fail('net/url: invalid control character in URL')
  if (text.startsWith(':')) fail('missing protocol scheme')
  const [, name = '', afterScheme = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(.*)$/s.exec(text) ?? []
  const [, rest = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(afterScheme) ?? []
  const scheme = name.toLowerCase()
  const known = { host: '', hostname: '', path: '', opaque: '', userinfo: '', scheme, query }
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...known, opaque: rest }
    if (/^[^/]*:/.test(rest)) fail('first path segment in URL cannot contain colon')
  }
  const hasAuthority = rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'))
  if (!hasAuthority) return { ...known, path: unescapeUrl(rest, fail) }
  const [, authority = '', path = ''] = /^\/\/([^/]*)(.*)$/s.exec(rest) ?? []
  return { ...known, ...parseAuthority(scheme, authority, fail), path: unescapeUrl(path, fail) }
}

function parseAuthority(
  scheme: string,
  authority: string,
  fail: Fail,
): Pick<UrlParts, 'host' | 'hostname' | 'userinfo'> {
  const at = authority.lastIndexOf('@')
  const host = parseHost(scheme, authority.slice(at + 1), fail)
  const userinfo = at < 0 ? '' : parseUserinfo(authority.slice(0, at), fail)
  return { host, hostname: hostnameOf(host), userinfo }
}

/** Decoded, and encoded again as Go does it. */
function parseUserinfo(userinfo: string, fail: Fail): string {
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(userinfo)) fail('net/url: invalid userinfo')
  const [, user = '', colon = '', password = ''] = /^([^:]*)(:?)(.*)$/s.exec(userinfo) ?? []
  const again = (part: string): string => escapeUrl(unescapeUrl(part, fail), 'userinfo')
  return again(user) + (colon === '' ? '' : `:${again(password)}`)
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
