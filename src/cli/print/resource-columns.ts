import type { ResourceKind } from '#core/api/kinds.ts'
import { quoteOutside } from '#core/error.ts'

/** The fields of an object that tables show, as the API server or a file gives them. */
export interface ShownObject {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly generation?: number }
  readonly spec?: unknown
  readonly status?: unknown
}

/** A column of a table of objects. */
export interface Column {
  readonly title: string
  readonly cell: (object: ShownObject) => string
}

/** How an object is, from its condition Ready; without one nobody has looked at it yet (Flux's words). */
export function readiness(object: ShownObject): { readonly status: string; readonly message: string } {
  const listed = at(object, 'status', 'conditions')
  const conditions: readonly unknown[] = Array.isArray(listed) ? listed : []
  const ready = conditions.find((one) => at(one, 'type') === 'Ready')
  if (ready === undefined) return { status: 'False', message: 'waiting to be reconciled' }
  return { status: textAt(ready, 'status'), message: textAt(ready, 'message') }
}

/** The value at a path of names, or undefined. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, name) => {
    return typeof inner === 'object' && inner !== null ? (inner as Readonly<Record<string, unknown>>)[name] : undefined
  }, value)
}

/** The text or number at a path; empty where there is neither. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = at(value, ...path)
  return typeof found === 'string' || typeof found === 'number' ? String(found) : ''
}

/** As a cell: one line, without control characters; `-` where there is nothing, so that columns can be counted. */
export function cellText(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ')
  return line === '' ? '-' : quoteOutside(line, 1000)
}

function column(title: string, ...path: readonly string[]): Column {
  return { title, cell: (object) => cellText(textAt(object, ...path)) }
}

const state: readonly Column[] = [
  { title: 'READY', cell: (object) => cellText(readiness(object).status) },
  { title: 'SUSPENDED', cell: (object) => (at(object, 'spec', 'suspend') === true ? 'True' : 'False') },
  { title: 'MESSAGE', cell: (object) => cellText(readiness(object).message) },
]

/** The columns of each kind after its name; Flux's where Flux has them. */
export const resourceColumns: Readonly<Record<ResourceKind, readonly Column[]>> = {
  ImageRepository: [
    column('IMAGE', 'spec', 'image'),
    column('TAGS', 'status', 'lastScanResult', 'tagCount'),
    column('LAST SCAN', 'status', 'lastScanResult', 'scanTime'),
    ...state,
  ],
  ImagePolicy: [column('IMAGE', 'status', 'latestRef', 'name'), column('TAG', 'status', 'latestRef', 'tag'), ...state],
  GitRepository: [column('URL', 'spec', 'url'), column('REVISION', 'status', 'artifact', 'revision'), ...state],
  ImageUpdateAutomation: [
    column('LAST RUN', 'status', 'lastAutomationRunTime'),
    column('LAST PUSH', 'status', 'lastPushTime'),
    ...state,
  ],
}

/** What objects of every kind have: the columns where several kinds share a table. */
export const commonColumns = state
