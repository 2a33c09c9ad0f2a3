import { qualifiedName } from '../cluster/collections.ts'
import type { Entry, Section } from '../cluster/listing.ts'
import { cellText, commonColumns, resourceColumns, type Column } from './resource-columns.ts'
import { printTable } from './table.ts'

/** How the rows of one table are made. */
export interface TableShape {
  /** Are there objects of several namespaces? */
  readonly withNamespace: boolean
  /** `imagepolicy/web` instead of `web`: several kinds are shown. */
  readonly withKind: boolean
  readonly columns: readonly Column[]
}

/** The titles of a table. */
export function titlesOf({ withNamespace, columns }: TableShape): readonly string[] {
  return [...(withNamespace ? ['NAMESPACE'] : []), 'NAME', ...columns.map(({ title }) => title)]
}

/** One object as a row. `isQualified`: two groups serve its kind, so that the name says which. */
export function rowOf({ object, collection }: Entry, shape: TableShape, isQualified: boolean): readonly string[] {
  const { name, namespace = '' } = object.metadata
  const shown = shape.withKind || isQualified ? qualifiedName(collection, name, isQualified) : name
  return [
    ...(shape.withNamespace ? [cellText(namespace)] : []),
    shown,
    ...shape.columns.map(({ cell }) => cell(object)),
  ]
}

/** Tables for people, one a kind, a blank line between; kinds without objects are left out. */
export function printSections(sections: readonly Section[], withNamespace: boolean): string {
  const tables = sections
    .filter(({ entries }) => entries.length > 0)
    .map(({ kind, collections, entries }) => {
      const shape = { withNamespace, withKind: sections.length > 1, columns: resourceColumns[kind] }
      const rows = entries.map((entry) => rowOf(entry, shape, collections.length > 1))
      return printTable([titlesOf(shape), ...rows])
    })
  return tables.join('\n')
}

/** The shape of the one table in which several kinds are followed. */
export function sharedShape(sections: readonly Pick<Section, 'kind'>[], withNamespace: boolean): TableShape {
  const [only, ...others] = sections
  const isOne = only !== undefined && others.length === 0
  return { withNamespace, withKind: !isOne, columns: isOne ? resourceColumns[only.kind] : commonColumns }
}
