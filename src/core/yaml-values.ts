import type { YamlAlias, YamlMap, YamlNode, YamlProblem, YamlScalar, YamlStream } from './yaml-node.ts'
import { positionOf } from './yaml-position.ts'
import { resolveScalar } from './yaml-scalar.ts'

/**
 * The documents of a file as plain values (objects, arrays, strings, numbers, booleans, null), in order; a document
 * without content has the value null. With problems, the values are what could still be understood.
 */
export interface YamlValues {
  readonly documents: readonly YamlValue[]
  /** Faults of the whole file in order of their lines: syntax, duplicate keys, unknown tags, limits. */
  readonly problems: readonly YamlProblem[]
}

/** One document. */
interface YamlValue {
  /**
   * Scalars as kustomize and the API server read them: YAML 1.2 core and old octals (`0644` is 420); `yes`, `on` and
   * dates are strings; integers beyond 2^53 stay the string of their digits. Keys are strings, `<<` is merged.
   */
  readonly value: unknown
  /** The same tree with every scalar as its text in the file (`1.10` is "1.10"); null, `~` and nothing stay null. */
  readonly texts: unknown
  /** 1-based line at which the content begins. */
  readonly line: number
  /**
   * 1-based line of a place, e.g. `lineAt(['cases', 0, 'selects'])`: that of its key or item. For a place that does
   * not exist, that of the nearest one around it.
   */
  lineAt(path: readonly PropertyKey[]): number
}

/** Turns a parsed text into plain values. */
export function readValues(stream: YamlStream): YamlValues {
  if (stream.problem !== undefined) return { documents: [], problems: [stream.problem] }
  const problems: YamlProblem[] = []
  const documents = stream.documents.map((document) => {
    if (document.problem !== undefined) problems.push(document.problem)
    const targets = findTargets(document.root)
    const fault = (offset: number, message: string): void => {
      if (document.problem === undefined) problems.push({ ...positionOf(stream.lineStarts, offset), message })
    }
    return {
      value: new ValueReader(targets, resolveScalar, fault).read(document.root),
      texts: new ValueReader(targets, textOf, () => undefined).read(document.root),
      line: lineOf(stream, document.root),
      lineAt: (path: readonly PropertyKey[]) => lineOf(stream, locate(document.root, path, targets)),
    }
  })
  return { documents, problems }
}

function lineOf(stream: YamlStream, node: YamlNode): number {
  return positionOf(stream.lineStarts, node.start).line
}

type Targets = ReadonlyMap<YamlAlias, YamlNode>

/** What each alias stands for. A name may be given again: an alias means the last anchor before it. */
function findTargets(root: YamlNode): Targets {
  const targets = new Map<YamlAlias, YamlNode>()
  const anchors = new Map<string, YamlNode>()
  const visit = (node: YamlNode): void => {
    if (node.kind === 'alias') {
      const target = anchors.get(node.name)
      if (target !== undefined) targets.set(node, target)
      return
    }
    if (node.kind === 'list') node.items.forEach(visit)
    if (node.kind === 'map') node.entries.forEach((entry) => [entry.key, entry.value].forEach(visit))
    if (node.anchor !== undefined) anchors.set(node.anchor, node)
  }
  visit(root)
  return targets
}

type Fault = (offset: number, message: string) => void
type Resolve = (scalar: YamlScalar, fault: Fault) => unknown

const textOf: Resolve = (scalar) => (resolveScalar(scalar, () => undefined) === null ? null : scalar.text)

const collectionTags: Readonly<Record<YamlNode['kind'], string>> = {
  map: 'tag:yaml.org,2002:map',
  list: 'tag:yaml.org,2002:seq',
  scalar: '',
  alias: '',
}

class ValueReader {
  readonly #targets: Targets
  readonly #resolve: Resolve
  readonly #fault: Fault
  /** What aliases name is read once, so that its faults are told once. */
  readonly #shared = new Map<YamlNode, unknown>()

  constructor(targets: Targets, resolve: Resolve, fault: Fault) {
    this.#targets = targets
    this.#resolve = resolve
    this.#fault = fault
  }

  read(node: YamlNode): unknown {
    if (node.kind === 'scalar') return this.#resolve(node, this.#fault)
    if (node.kind === 'alias') {
      const target = this.#targets.get(node)
      return target === undefined ? null : this.#readShared(target)
    }
    if (node.tag !== undefined && node.tag !== '!' && node.tag !== collectionTags[node.kind]) {
      this.#fault(node.start, `tag ${node.tag} is not supported`)
    }
    if (node.kind === 'list') return node.items.map((item) => this.read(item))
    return Object.fromEntries(this.#readMap(node))
  }

  #readShared(target: YamlNode): unknown {
    if (!this.#shared.has(target)) this.#shared.set(target, this.read(target))
    return this.#shared.get(target)
  }

  #readMap(map: YamlMap): ReadonlyMap<string, unknown> {
    const own = new Map<string, unknown>()
    const merged = new Map<string, unknown>()
    for (const { key, value } of map.entries) {
      if (isMergeKey(key)) this.#merge(value, merged)
      else this.#add(own, key, value)
    }
    for (const [key, value] of merged) if (!own.has(key)) own.set(key, value)
    return own
  }

  #add(own: Map<string, unknown>, key: YamlNode, value: YamlNode): void {
    const name = keyOf(key, this.#targets)
    if (name === undefined) return this.#fault(key.start, 'a key must be a single value')
    if (own.has(name)) this.#fault(key.start, `key "${name}" is given twice`)
    own.set(name, this.read(value))
  }

  /** Of several merged mappings the first that has a key gives it. */
  #merge(value: YamlNode, into: Map<string, unknown>): void {
    const source = this.#follow(value)
    if (source?.kind === 'list') {
      for (const item of source.items) this.#merge(item, into)
    } else if (source?.kind === 'map') {
      for (const [key, merged] of this.#readMap(source)) if (!into.has(key)) into.set(key, merged)
    } else {
      this.#fault(value.start, '<< must name a mapping or a list of mappings')
    }
  }

  #follow(node: YamlNode): YamlNode | undefined {
    return node.kind === 'alias' ? this.#targets.get(node) : node
  }
}

function isMergeKey(key: YamlNode): boolean {
  return key.kind === 'scalar' && key.style === 'plain' && key.text === '<<'
}

function keyOf(key: YamlNode, targets: Targets): string | undefined {
  const node = key.kind === 'alias' ? targets.get(key) : key
  return node?.kind === 'scalar' ? node.text : undefined
}

/** Goes down as far as the path exists; the last key or item met is the place. */
function locate(root: YamlNode, path: readonly PropertyKey[], targets: Targets): YamlNode {
  let place = root
  let node: YamlNode | undefined = root
  for (const step of path) {
    if (node?.kind === 'alias') node = targets.get(node)
    const found: { place: YamlNode; node: YamlNode } | undefined = stepInto(node, step, targets)
    if (found === undefined) return place
    place = found.place
    node = found.node
  }
  return place
}

function stepInto(
  node: YamlNode | undefined,
  step: PropertyKey,
  targets: Targets,
): { place: YamlNode; node: YamlNode } | undefined {
  if (node?.kind === 'list') {
    const item = node.items[Number(step)]
    return item === undefined ? undefined : { place: item, node: item }
  }
  if (node?.kind !== 'map') return undefined
  const entry = node.entries.findLast(({ key }) => keyOf(key, targets) === String(step))
  return entry === undefined ? undefined : { place: entry.key, node: entry.value }
}
