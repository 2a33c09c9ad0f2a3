import type { Brand } from '../brand.ts'
import { AppError, quoteOutside } from '../error.ts'
import { parseDigest, type Digest } from './digest.ts'
import { isHost } from './host.ts'

/** A tag by the OCI grammar, `[A-Za-z0-9_][A-Za-z0-9._-]{0,127}`. */
export type Tag = Brand<string, 'tag'>

/** Where an image lives: registry host (with port, lower case) and repository path; `original` is the user's text. */
export interface ImageName {
  readonly host: string
  readonly path: string
  readonly original: string
}

/** An image name with the tag and the digest that were given; none is ever invented. */
export interface ImageRef {
  readonly name: ImageName
  readonly tag?: Tag
  readonly digest?: Digest
}

/** The host by which Docker Hub is canonically named, as Flux prints it. */
export const dockerHub = 'index.docker.io'

const dockerHubAliases = new Set(['docker.io', dockerHub, 'registry-1.docker.io', 'registry.hub.docker.com'])
const dockerHubApi = 'registry-1.docker.io'

const tagGrammar = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/
const pathGrammar = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/

const maxReference = 1024
const maxPath = 255

/** Is this a tag by the OCI grammar? Latin letters, digits, `_`, `.`, `-`; at most 128; no leading `.` or `-`. */
export function isTag(text: string): text is Tag {
  return tagGrammar.test(text)
}

/** Is this host one of Docker Hub's names? Expects lower case. */
export function isDockerHub(host: string): boolean {
  return dockerHubAliases.has(host)
}

/**
 * Parses an image name without tag and digest: `alpine`, `org/app`, `ghcr.io/org/app`, `[::1]:5000/x`.
 * `field` names it in messages. `REGISTRY_REF_INVALID` if a tag, a digest or anything outside the grammar is there.
 */
export function parseImageName(text: string, field: string): ImageName {
  const ref = parseImageRef(text, field)
  if (ref.tag !== undefined || ref.digest !== undefined) {
    throw invalid(field, 'expected a name without tag and digest', text)
  }
  return ref.name
}

/**
 * Parses `name[:tag][@digest]` by the grammar of the OCI distribution specification, Docker Hub's short names included.
 * A missing tag stays missing: `latest` is not assumed. `field` names it in messages; `REGISTRY_REF_INVALID` otherwise.
 */
export function parseImageRef(text: string, field: string): ImageRef {
  if (text.length > maxReference) throw invalid(field, `expected at most ${maxReference} characters`, text)
  if (text.includes('://')) throw invalid(field, 'expected an image without URL scheme', text)
  const at = text.indexOf('@')
  const tagged = at < 0 ? text : text.slice(0, at)
  const colon = tagged.lastIndexOf(':')
  const hasTag = colon > tagged.lastIndexOf('/')
  const name = nameOf(hasTag ? tagged.slice(0, colon) : tagged, field, text)
  const tag = hasTag ? tagged.slice(colon + 1) : undefined
  if (tag !== undefined && !isTag(tag)) {
    throw invalid(field, 'expected a tag of letters, digits and ._- with at most 128 characters', text)
  }
  const digest = at < 0 ? undefined : parseDigest(text.slice(at + 1), field)
  return Object.freeze({ name, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) })
}

function nameOf(original: string, field: string, text: string): ImageName {
  const slash = original.indexOf('/')
  const first = slash < 0 ? '' : original.slice(0, slash)
  const hasHost = first === 'localhost' || first.includes('.') || first.includes(':')
  const given = hasHost ? first.toLowerCase() : dockerHub
  const path = hasHost ? original.slice(slash + 1) : original
  // A container id in the place of a name: Docker takes it for the id, so no registry can be meant.
  if (/^[a-f0-9]{64}$/.test(original)) throw invalid(field, 'expected a name, not 64 hex digits', text)
  if (!isHost(given)) throw invalid(field, 'expected a host name or address before the first /', text)
  if (path.length > maxPath || !pathGrammar.test(path)) {
    throw invalid(field, 'expected a repository path of lower-case letters, digits and single separators', text)
  }
  const host = isDockerHub(given) ? dockerHub : given
  const library = host === dockerHub && !path.includes('/')
  return Object.freeze({ host, path: library ? `library/${path}` : path, original })
}

/** `host/path` by which images are compared and which stands in `status.canonicalImageName`. */
export function canonicalName(name: ImageName): string {
  return `${name.host}/${name.path}`
}

/** The name as the user wrote it, with tag and digest: parsing it again gives the same reference. */
export function printImageRef(ref: ImageRef): string {
  const tag = ref.tag === undefined ? '' : `:${ref.tag}`
  return `${ref.name.original}${tag}${ref.digest === undefined ? '' : `@${ref.digest}`}`
}

/**
 * Where the registry API of a host (of an `ImageName`) answers, e.g. `https://ghcr.io`, `http://localhost:5000`,
 * `https://registry-1.docker.io`: scheme, host and port, a default port left out.
 */
export function apiOrigin(host: string, scheme: 'https' | 'http'): string {
  const api = isDockerHub(host) ? dockerHubApi : host
  const defaultPort = scheme === 'https' ? ':443' : ':80'
  return `${scheme}://${api.endsWith(defaultPort) ? api.slice(0, -defaultPort.length) : api}`
}

/**
 * Parses `spec.image` or `spec.scanFrom`: a name alone. The texts for a scheme, a tag and a digest are Flux's, without
 * the field; other faults read as those of `parseImageName`. `REGISTRY_REF_INVALID`.
 */
export function parseSpecImage(text: string, field: string): ImageName {
  const scheme = text.indexOf('://')
  if (scheme >= 0) throw superfluous(text, 'URL scheme', text.slice(0, scheme + 3))
  const ref = parseImageRef(text, field)
  if (ref.tag !== undefined) throw superfluous(text, 'a tag', `:${ref.tag}`)
  if (ref.digest !== undefined) throw superfluous(text, 'a digest', `@${ref.digest}`)
  return ref.name
}

function superfluous(text: string, what: string, part: string): AppError {
  const shown = quoteOutside(withoutUserinfo(text))
  return new AppError(
    'REGISTRY_REF_INVALID',
    `image '${shown}' should not include ${what}; remove '${quoteOutside(part)}'`,
  )
}

function invalid(field: string, expected: string, text: string): AppError {
  return new AppError('REGISTRY_REF_INVALID', `${field}: ${expected}, got "${quoteOutside(withoutUserinfo(text))}"`)
}

/** A password in a pasted address must not reach a message. */
function withoutUserinfo(text: string): string {
  return text.replace(/:\/\/[^/]*@/, '://***@')
}
