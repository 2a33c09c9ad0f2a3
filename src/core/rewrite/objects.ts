import type { YamlMap, YamlNode } from '#core/yaml-node.ts'
import type { EditedObject } from './change-set.ts'
import { decodeLatin1 } from './latin1.ts'

/** The Kubernetes objects of a document by their mappings: its root, and each item of a `kind: List`. */
export function findObjects(root: YamlNode): ReadonlyMap<YamlNode, EditedObject> {
  const object = root.kind === 'map' ? objectOf(root) : undefined
  if (object === undefined || root.kind !== 'map') return new Map()
  const items = object.kind.endsWith('List') ? childOf(root, 'items') : undefined
  const objects = new Map<YamlNode, EditedObject>([[root, object]])
  for (const item of items?.kind === 'list' ? items.items : []) {
    const inner = item.kind === 'map' ? objectOf(item) : undefined
    if (inner !== undefined) objects.set(item, inner)
  }
  return objects
}

/** The value of a key written as a scalar; of a key given twice the last counts. */
export function childOf(map: YamlMap, key: string): YamlNode | undefined {
  return map.entries.findLast((entry) => entry.key.kind === 'scalar' && decodeLatin1(entry.key.text) === key)?.value
}

/** Undefined if the mapping has none of the fields that make an object. */
function objectOf(map: YamlMap): EditedObject | undefined {
  const metadata = childOf(map, 'metadata')
  const inside = metadata?.kind === 'map' ? metadata : undefined
  const object = {
    apiVersion: textOf(childOf(map, 'apiVersion')),
    kind: textOf(childOf(map, 'kind')),
    name: inside === undefined ? '' : textOf(childOf(inside, 'name')),
    namespace: inside === undefined ? '' : textOf(childOf(inside, 'namespace')),
  }
  return Object.values(object).some((part) => part !== '') ? object : undefined
}

function textOf(node: YamlNode | undefined): string {
  return node?.kind === 'scalar' ? decodeLatin1(node.text) : ''
}
