import type { YamlDocument, YamlNode, YamlScalar, YamlStream } from '#core/yaml-node.ts'
import { parseYaml } from '#core/yaml.ts'
import type { EditedObject } from './change-set.ts'
import { findObjects } from './objects.ts'

/** A file as the strategies look at it: its text, parsed, with the scalars of the documents that parse. */
export interface ParsedFile {
  /** As latin1, without byte order mark. */
  readonly text: string
  readonly stream: YamlStream
  readonly slots: Slots
}

/** Parses a text (latin1, without byte order mark). Never throws; `stream` says what is wrong. */
export function parseFile(text: string): ParsedFile {
  const stream = parseYaml(text)
  return { text, stream, slots: collectSlots(stream.documents.filter(({ problem }) => problem === undefined)) }
}

/** A scalar that has a token, and where it stands in its document. */
export interface Slot {
  readonly scalar: YamlScalar
  readonly role: 'key' | 'value' | 'item' | 'root'
  /** Directly inside `{…}` or `[…]`, where a plain text must be more careful. */
  readonly flow: boolean
  /** The innermost Kubernetes object around it. */
  readonly object: EditedObject | undefined
}

/** What documents offer: their scalars by the offset of the token, and the values of pairs by the offset of the `:`. */
export interface Slots {
  readonly scalars: ReadonlyMap<number, Slot>
  readonly values: ReadonlyMap<number, YamlNode>
}

/** An empty value (`key:`) has no token and is no slot. */
function collectSlots(documents: readonly YamlDocument[]): Slots {
  const scalars = new Map<number, Slot>()
  const values = new Map<number, YamlNode>()
  for (const { root } of documents) {
    const objects = findObjects(root)
    const visit = (node: YamlNode, place: Omit<Slot, 'scalar'>): void => {
      if (node.kind === 'scalar' && node.style !== 'empty') scalars.set(node.start, { scalar: node, ...place })
      if (node.kind === 'scalar' || node.kind === 'alias') return
      const { flow } = node
      const object = objects.get(node) ?? place.object
      if (node.kind === 'list') return node.items.forEach((item) => visit(item, { role: 'item', flow, object }))
      for (const { key, colon, value } of node.entries) {
        visit(key, { role: 'key', flow, object })
        visit(value, { role: 'value', flow, object })
        if (colon !== -1) values.set(colon, value)
      }
    }
    visit(root, { role: 'root', flow: false, object: undefined })
  }
  return { scalars, values }
}
