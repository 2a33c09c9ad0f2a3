import { isDockerHub, dockerHub, type ImageName } from '#core/image/reference.ts'

/** For which images an entry of a docker config is meant: a host, with `*` inside labels, and a path in front. */
export interface Pattern {
  readonly labels: readonly string[]
  readonly port: string
  readonly segments: readonly string[]
}

const httpsPort = '443'

/**
 * Reads a key of `auths`: `ghcr.io`, `https://index.docker.io/v1/`, `registry:5000/team`, `*.azurecr.io`.
 * Scheme, a leading `/v1/` or `/v2/` and a trailing slash say nothing.
 */
export function parsePattern(key: string): Pattern {
  const bare = key.replace(/^[A-Za-z][A-Za-z0-9+.-]*:\/\//, '').replace(/\/+$/, '')
  const [authority = '', ...path] = bare.split('/')
  const segments = path[0] === 'v1' || path[0] === 'v2' ? path.slice(1) : path
  return { ...hostOf(authority.toLowerCase()), segments }
}

function hostOf(authority: string): Pick<Pattern, 'labels' | 'port'> {
  const [, host = '', port = httpsPort] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(authority) ?? ['', authority]
  const name = isDockerHub(host) ? dockerHub : host
  return { labels: name.startsWith('[') ? [name] : name.split('.'), port }
}

/** Where several patterns fit: the one with more path segments first, then the one without a `*`. */
export function compareSpecificity(a: Pattern, b: Pattern): number {
  return b.segments.length - a.segments.length || Number(hasWildcard(a)) - Number(hasWildcard(b))
}

function hasWildcard({ labels }: Pattern): boolean {
  return labels.some((label) => label.includes('*'))
}

/**
 * Is the pattern meant for this image? The host has as many labels, each equal (`*` stands for any text inside one),
 * ports are equal, and the path is in front by whole segments: `ghcr.io/a` is not meant for `ghcr.io/ab`.
 */
export function fits(pattern: Pattern, image: ImageName): boolean {
  const host = hostOf(image.host)
  const path = image.path.split('/')
  return (
    host.port === pattern.port &&
    host.labels.length === pattern.labels.length &&
    host.labels.every((label, at) => labelFits(pattern.labels[at] ?? '', label)) &&
    pattern.segments.length <= path.length &&
    pattern.segments.every((segment, at) => segment === path[at])
  )
}

function labelFits(pattern: string, label: string): boolean {
  const [head = '', ...rest] = pattern.split('*')
  const tail = rest.pop()
  if (tail === undefined) return pattern === label
  if (label.length < head.length + tail.length || !label.startsWith(head) || !label.endsWith(tail)) return false
  return holdsInOrder(label.slice(head.length, label.length - tail.length), rest)
}

function holdsInOrder(text: string, parts: readonly string[]): boolean {
  let at = 0
  for (const part of parts) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return true
}
