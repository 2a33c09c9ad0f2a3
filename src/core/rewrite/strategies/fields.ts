import type { UpdateTarget } from '#core/api/image-update-automation.ts'
import type { YamlDocument, YamlMap, YamlNode } from '#core/yaml-node.ts'
import { AppError, quoteOutside } from '#core/error.ts'
import type { EditedObject } from '../change-set.ts'
import { decodeLatin1 } from '../latin1.ts'
import { parseFieldPath, type FieldStep } from '../field-path.ts'
import { matchesGlob } from '../glob.ts'
import { isPart, type Marker } from '../marker.ts'
import { findObjects } from '../objects.ts'
import type { ParsedFile } from '../parsed-file.ts'
import { targetOf, type Finding, type Miss, type Target } from '../target.ts'

/** A target of an automation, parsed: which files and objects, which field, what is written. */
export interface FieldTarget {
  readonly glob: string
  readonly select: UpdateTarget['select']
  readonly field: string
  readonly steps: readonly FieldStep[]
  readonly marker: Marker
}

/**
 * Parses one of `spec.update.targets`. A policy without namespace is in `ownNamespace`; of `a:b`, b is a part if it is
 * the name of one. `REWRITE_FIELD_INVALID`, `REWRITE_POLICY_INVALID`.
 */
export function parseFieldTarget(target: UpdateTarget, ownNamespace: string): FieldTarget {
  return {
    glob: target.path,
    select: target.select,
    field: target.field,
    steps: parseFieldPath(target.field),
    marker: parsePolicy(target.policy, ownNamespace),
  }
}

function parsePolicy(text: string, ownNamespace: string): Marker {
  const words = text.split(':')
  const last = words.at(-1) ?? ''
  const part = words.length > 1 && isPart(last) ? last : undefined
  const names = part === undefined ? words : words.slice(0, -1)
  const [namespace, name] = names.length === 1 ? [ownNamespace, names[0]] : names
  if (names.length > 2 || names.some((word) => !/^[^\s:]+$/.test(word)) || name === undefined) {
    const message = `update.targets: policy "${quoteOutside(text)}" is not of the form [namespace:]name[:part]`
    throw new AppError('REWRITE_POLICY_INVALID', message)
  }
  return { policy: `${namespace ?? ''}:${name}`, part: part ?? 'full' }
}

/** Is a target meant for this file? */
export function isMeantFor({ glob }: FieldTarget, path: string): boolean {
  return matchesGlob(glob, path)
}

/** Finds the scalars that targets name, one in each selected object. Documents that do not parse are passed over. */
export function findFields(file: ParsedFile, targets: readonly FieldTarget[]): Finding {
  const findings = file.stream.documents.flatMap((document) =>
    targets.map((target) => findField(file, document, target)),
  )
  return {
    targets: findings.flatMap((finding) => finding.targets),
    misses: findings.flatMap((finding) => finding.misses),
  }
}

function findField(file: ParsedFile, document: YamlDocument, target: FieldTarget): Finding {
  if (document.problem !== undefined) return nothing
  const found = selectObjects(document.root, target.select).map((root) => ({ root, place: follow(root, target.steps) }))
  return {
    targets: found.flatMap(({ place }): readonly Target[] => {
      const slot = 'code' in place ? undefined : file.slots.scalars.get(place.start)
      return slot === undefined ? [] : [targetOf(file, slot, target.marker)]
    }),
    misses: found.flatMap(({ root, place }): readonly Miss[] => {
      if (!('code' in place)) return []
      const reason = `field ${quoteOutside(target.field)}: ${place.reason}`
      return [{ offset: root.start, code: place.code, reason, marker: target.marker }]
    }),
  }
}

const nothing: Finding = { targets: [], misses: [] }

/** The mappings and lists that a target is about: roots of documents, and items of a `kind: List` if it selects. */
function selectObjects(root: YamlNode, select: UpdateTarget['select']): readonly YamlNode[] {
  if (root.kind === 'scalar' && root.style === 'empty') return []
  if (select === undefined) return [root]
  return [...findObjects(root)].filter(([, object]) => isSelected(object, select)).map(([node]) => node)
}

function isSelected(object: EditedObject, select: NonNullable<UpdateTarget['select']>): boolean {
  return (['apiVersion', 'kind', 'name'] as const).every(
    (part) => select[part] === undefined || select[part] === object[part],
  )
}

interface Lost {
  readonly code: 'target-not-found' | 'target-ambiguous' | 'empty-value'
  readonly reason: string
}

/** Goes along the steps to a scalar that can be written. */
function follow(root: YamlNode, steps: readonly FieldStep[]): { readonly start: number } | Lost {
  let node = root
  for (const step of steps) {
    if (node.kind === 'alias') return lost('target-ambiguous', `*${node.name} stands for a value elsewhere`)
    const next = stepInto(node, step)
    if ('code' in next) return next
    node = next
  }
  if (node.kind === 'alias') return lost('target-ambiguous', `*${node.name} stands for a value elsewhere`)
  if (node.kind !== 'scalar') return lost('target-ambiguous', `it is a ${node.kind === 'map' ? 'mapping' : 'list'}`)
  const isEmpty = node.style === 'empty' || (node.style === 'block' && !/[^ \t\n]/.test(node.text))
  return isEmpty ? lost('empty-value', 'there is no value to replace') : node
}

function stepInto(node: Exclude<YamlNode, { kind: 'alias' }>, step: FieldStep): YamlNode | Lost {
  const candidates = candidatesOf(node, step)
  const [first] = candidates
  const shown = quoteOutside(printStep(step))
  if (first === undefined) return lost('target-not-found', `there is no ${shown}`)
  return candidates.length === 1 ? first : lost('target-ambiguous', `there is more than one ${shown}`)
}

function candidatesOf(node: Exclude<YamlNode, { kind: 'alias' }>, step: FieldStep): readonly YamlNode[] {
  if (step.kind === 'key') return node.kind === 'map' ? childrenOf(node, step.key) : []
  if (node.kind !== 'list') return []
  if (step.kind === 'index') return node.items.slice(step.index, step.index + 1)
  return node.items.filter((item) => {
    return item.kind === 'map' && childrenOf(item, step.key).some((child) => isText(child, step.value))
  })
}

function childrenOf(map: YamlMap, name: string): readonly YamlNode[] {
  return map.entries.filter(({ key }) => isText(key, name)).map(({ value }) => value)
}

function isText(node: YamlNode, text: string): boolean {
  return node.kind === 'scalar' && decodeLatin1(node.text) === text
}

function printStep(step: FieldStep): string {
  if (step.kind === 'key') return `key ${step.key}`
  return step.kind === 'index' ? `item ${String(step.index)}` : `item with ${step.key}=${step.value}`
}

function lost(code: Lost['code'], reason: string): Lost {
  return { code, reason }
}
