import { isRecord, isSame, type Json } from './json.ts'

/** Where a leaf is: keys, and `type=Ready` for an entry of a list of conditions, which is keyed by its type. */
type Path = readonly string[]

/** Manager (with its operation) → the leaves that it owns, each path as JSON. */
export type Owners = ReadonlyMap<string, ReadonlySet<string>>

export interface Applied {
  readonly object: Json
  readonly owners: Owners
  /** Leaves of others with another value, `manager: path`; nothing was done where there are some. */
  readonly conflicts: readonly { readonly manager: string; readonly field: string }[]
}

/**
 * Server-side apply of the fields of one manager: what it no longer names and nobody else owns goes away, what others
 * own with another value is a conflict or, by force, taken over. Lists are whole values, but for conditions.
 */
export function applyFields(
  live: Json,
  owners: Owners,
  { manager, fields, force }: { readonly manager: string; readonly fields: Json; readonly force: boolean },
): Applied {
  const wanted = leavesOf(fields)
  const others = [...owners].filter(([name]) => name !== manager)
  const conflicts = others.flatMap(([name, paths]) => {
    const taken = [...wanted].filter(([path, value]) => paths.has(path) && !isSame(valueAt(live, parse(path)), value))
    return taken.map(([path]) => ({ manager: name, field: `.${parse(path).join('.')}` }))
  })
  if (conflicts.length > 0 && !force) return { object: live, owners, conflicts }
  const dropped = [...(owners.get(manager) ?? [])].filter((path) => {
    return !wanted.has(path) && others.every(([, paths]) => !paths.has(path))
  })
  // By its type an entry is found, so that goes last.
  const inOrder = dropped.toSorted((a, b) => Number(a.endsWith('"type"]')) - Number(b.endsWith('"type"]')))
  const without = inOrder.reduce((object, path) => unset(object, parse(path)), live)
  const object = [...wanted].reduce((into, [path, value]) => set(into, parse(path), value), without)
  const lost = new Set(conflicts.map(({ field }) => field))
  const kept = others.map(([name, paths]): [string, ReadonlySet<string>] => {
    return [name, new Set([...paths].filter((path) => !lost.has(`.${parse(path).join('.')}`)))]
  })
  return { object, owners: new Map([...kept, [manager, new Set(wanted.keys())]]), conflicts: [] }
}

/** After a PUT or PATCH: whoever changed a leaf owns it from now on. */
export function ownChanges(
  before: Json,
  after: Json,
  { owners, manager }: { owners: Owners; manager: string },
): Owners {
  const former = leavesOf(before)
  const changed = [...leavesOf(after)].filter(([path, value]) => !isSame(former.get(path), value)).map(([path]) => path)
  const next = new Map(
    [...owners].map(([name, paths]) => [name, new Set([...paths].filter((one) => !changed.includes(one)))]),
  )
  next.set(manager, new Set([...(next.get(manager) ?? []), ...changed]))
  return next
}

function leavesOf(value: unknown, at: Path = []): ReadonlyMap<string, unknown> {
  if (isConditions(value, at)) {
    return new Map(value.flatMap((one) => [...leavesOf(one, [...at, `type=${String(one['type'])}`])]))
  }
  if (!isRecord(value) || (Object.keys(value).length === 0 && at.length > 0))
    return new Map([[JSON.stringify(at), value]])
  return new Map(Object.entries(value).flatMap(([key, inner]) => [...leavesOf(inner, [...at, key])]))
}

function isConditions(value: unknown, at: Path): value is readonly Json[] {
  return at.at(-1) === 'conditions' && Array.isArray(value) && value.every(isRecord)
}

function parse(path: string): Path {
  return JSON.parse(path) as Path
}

function valueAt(value: unknown, [step, ...rest]: Path): unknown {
  if (step === undefined) return value
  if (Array.isArray(value))
    return valueAt(
      value.find((one) => isOfType(one, step)),
      rest,
    )
  return isRecord(value) ? valueAt(value[step], rest) : undefined
}

function isOfType(one: unknown, step: string): boolean {
  return isRecord(one) && `type=${String(one['type'])}` === step
}

function set(into: Json, path: Path, value: unknown): Json {
  return put(into, path, value) as Json
}

function put(into: unknown, [step, ...rest]: Path, value: unknown): unknown {
  if (step === undefined) return value
  if (step.startsWith('type=')) {
    const list = Array.isArray(into) ? (into as unknown[]) : []
    const known = list.some((one) => isOfType(one, step)) ? list : [...list, { type: step.slice(5) }]
    return known.map((one) => (isOfType(one, step) ? put(one, rest, value) : one))
  }
  const base = isRecord(into) ? into : {}
  return { ...base, [step]: put(base[step], rest, value) }
}

function unset(from: Json, path: Path): Json {
  return drop(from, path) as Json
}

function drop(from: unknown, [step, ...rest]: Path): unknown {
  if (step === undefined) return undefined
  if (Array.isArray(from)) {
    return from.map((one: unknown) => (isOfType(one, step) ? drop(one, rest) : one)).filter((one) => !isBare(one))
  }
  if (!isRecord(from)) return from
  const inner = rest.length === 0 ? undefined : drop(from[step], rest)
  const { [step]: _dropped, ...others } = from
  return inner === undefined ? others : { ...others, [step]: inner }
}

/** An entry of which nothing is left but its key. */
function isBare(one: unknown): boolean {
  return isRecord(one) && Object.keys(one).every((key) => key === 'type')
}
