import { quoteOutside } from '#core/error.ts'
import type { Part } from './change-set.ts'
import { decodeLatin1 } from './latin1.ts'

/** The text by which files with markers are found; a file without it holds none. */
export const markerText = '$imagepolicy'

/** What a marker names: the policy as `namespace:name`, and the part of its reference that is written. */
export interface Marker {
  readonly policy: string
  readonly part: Part
}

/** A comment that was meant as a marker and is none. */
export interface MarkerFault {
  readonly code: 'malformed-marker' | 'unknown-part'
  readonly reason: string
}

const parts: ReadonlySet<string> = new Set<Part>(['tag', 'name', 'digest', 'extract'])

/** Is this a part that can be written after a policy (`full` is what stands when none is)? */
export function isPart(text: string): text is Part {
  return parts.has(text)
}

/**
 * Reads a YAML comment, e.g. `# {"$imagepolicy": "apps:web:tag"}`: after its leading `#` and blanks it must be one JSON
 * object of strings (Flux's grammar). Undefined: the comment does not look like a marker at all (no `{`).
 */
export function parseMarker(comment: string): Marker | MarkerFault | undefined {
  if (!comment.includes(markerText) || !comment.includes('{')) return undefined
  const value = readSetter(comment.replace(/^#+/, ''))
  if (value === undefined) {
    return malformed(`expected one JSON object of strings, e.g. {"${markerText}": "namespace:policy"}`)
  }
  const [, namespace, name, part] = /^([^\s:]+):([^\s:]+)(?::([^\s:]+))?$/.exec(value) ?? []
  if (namespace === undefined || name === undefined) {
    return malformed(`expected NAMESPACE:POLICY or NAMESPACE:POLICY:PART, got "${shown(value)}"`)
  }
  const policy = `${namespace}:${name}`
  if (part === undefined) return { policy, part: 'full' }
  if (isPart(part)) return { policy, part }
  return { code: 'unknown-part', reason: `expected tag, name, digest or extract after ${policy}, got "${shown(part)}"` }
}

function shown(latin1: string): string {
  return quoteOutside(decodeLatin1(latin1))
}

function malformed(reason: string): MarkerFault {
  return { code: 'malformed-marker', reason }
}

/** The value of the last `$imagepolicy` of a JSON object that holds nothing but strings. */
function readSetter(json: string): string | undefined {
  const read = readJson(json)
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return undefined
  const entries = Object.entries(read)
  if (!entries.every(([, value]) => typeof value === 'string')) return undefined
  const value: unknown = new Map<string, unknown>(entries).get(markerText)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
