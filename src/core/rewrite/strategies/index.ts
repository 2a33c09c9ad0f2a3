import type { ParsedFile } from '../parsed-file.ts'
import type { Finding } from '../target.ts'
import { findFields, type FieldTarget } from './fields.ts'
import { findMarkers } from './markers.ts'

/** What is looked for in a file. */
export interface Request {
  /** Are its marker comments acted on? */
  readonly markers: boolean
  /** Targets without markers that are meant for this file. */
  readonly fields: readonly FieldTarget[]
}

/** Every way to find scalars that a policy may write; where two find the same one, the first in this table has it. */
export const strategies = {
  markers: (file: ParsedFile, request: Request): Finding => (request.markers ? findMarkers(file) : nothing),
  fields: (file: ParsedFile, request: Request): Finding => findFields(file, request.fields),
} as const

const nothing: Finding = { targets: [], misses: [] }
