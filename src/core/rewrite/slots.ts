import type { YamlDocument, YamlNode, YamlScalar } from '#core/yaml-node.ts'
import type { EditedObject } from './change-set.ts'
import { findObjects } from './objects.ts'

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

/** Collects scalars and values. An empty value (`key:`) has no token and is no slot. */
export function collectSlots(documents: readonly YamlDocument[]): Slots {
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
