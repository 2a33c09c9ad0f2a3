import type { Edit, EditedObject } from '../rewrite/change-set.ts'
import { define } from '../template/function.ts'
import { Dict, List, Struct, type Value } from '../template/value.ts'
import { setterOf } from './setter.ts'

/** What a message template is told besides the edits. */
export interface MessageContext {
  readonly automation: { readonly namespace: string; readonly name: string }
  /** `messageTemplateValues` */
  readonly values: Readonly<Record<string, string>>
  /** Folder or file, from the repository root, that paths are relative to; empty for the root. */
  readonly updateRoot: string
}

/**
 * The data of a message template, with Flux's names and Go's types, so that bare printing gives what Flux prints.
 * Changes come by path and position.
 */
export function messageData(context: MessageContext, edits: readonly Edit[]): Struct {
  const { namespace, name } = context.automation
  const automation = new Struct(
    'types.NamespacedName',
    { Namespace: namespace, Name: name },
    { text: `${namespace}/${name}`, methods: { String: define([], () => `${namespace}/${name}`) } },
  )
  return new Struct('source.TemplateData', {
    AutomationObject: automation,
    Changed: changed(context, edits),
    Values: new Dict(Object.entries(context.values), { element: 'string', zero: '' }),
  })
}

function changed({ updateRoot }: MessageContext, edits: readonly Edit[]): Struct {
  const sorted = edits.toSorted((a, b) => (a.path === b.path ? a.ordinal - b.ordinal : a.path < b.path ? -1 : 1))
  const byFile = Map.groupBy(sorted, (edit) => relativePath(edit.path, updateRoot))
  const files = Array.from(byFile, ([file, ofFile]) => [file, objectChanges(ofFile)] as const)
  return new Struct(
    'update.Result',
    { FileChanges: new Dict(files, { element: 'update.ObjectChanges', zero: objectChanges([]) }) },
    {
      methods: {
        Changes: define([], () => new List(distinctChanges(sorted), 'update.Change')),
        Objects: define([], () => objectChanges(sorted)),
      },
    },
  )
}

/** As Flux names files: relative to the folder of the update, or by its name alone where the update is one file. */
function relativePath(path: string, root: string): string {
  const folder = root.replace(/^(?:\.?\/)+|\/+$/g, '')
  if (path === folder) return path.slice(path.lastIndexOf('/') + 1)
  return folder !== '' && folder !== '.' && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path
}

function objectChanges(edits: readonly Edit[]): Dict {
  const byObject = Map.groupBy(edits, ({ object = noObject }) => JSON.stringify(identityOf(object)))
  const entries = Array.from(byObject.values(), (ofObject) => {
    const object = objectIdentifier(ofObject[0]?.object ?? noObject)
    return [object, new List(ofObject.map(change), 'update.Change')] as const
  })
  return new Dict(entries, {
    name: 'update.ObjectChanges',
    key: 'update.ObjectIdentifier',
    element: '[]update.Change',
    zero: new List([], 'update.Change', true),
  })
}

const noObject: EditedObject = { apiVersion: '', kind: '', name: '', namespace: '' }

function identityOf({ apiVersion, kind, name, namespace }: EditedObject): readonly string[] {
  return [apiVersion, kind, name, namespace]
}

/** Flux's identifier embeds kustomize's, which embeds two more: `{{{apps/v1 Deployment} {web prod}}}`. */
function objectIdentifier({ apiVersion, kind, name, namespace }: EditedObject): Struct {
  const typeMeta = { APIVersion: apiVersion, Kind: kind }
  const nameMeta = { Name: name, Namespace: namespace }
  const resource = {
    TypeMeta: new Struct('yaml.TypeMeta', typeMeta),
    NameMeta: new Struct('yaml.NameMeta', nameMeta),
  }
  const promoted = { ...typeMeta, ...nameMeta }
  const present = Object.entries({ apiVersion, kind, name, namespace }).filter(([, value]) => value !== '')
  const json = new Struct('', Object.fromEntries(present))
  return new Struct(
    'update.ObjectIdentifier',
    { ResourceIdentifier: new Struct('yaml.ResourceIdentifier', resource, { promoted, json }) },
    { promoted: { ...resource, ...promoted }, json },
  )
}

function change(edit: Edit): Struct {
  return new Struct('update.Change', { OldValue: edit.from, NewValue: edit.to, Setter: setterOf(edit) })
}

function distinctChanges(edits: readonly Edit[]): readonly Value[] {
  return [
    ...new Map(edits.map((edit) => [JSON.stringify([edit.from, edit.to, setterOf(edit)]), change(edit)])).values(),
  ]
}
