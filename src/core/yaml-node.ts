/** A text: `empty` is a value that is not there (`key:`); `block` is `|` or `>`. */
export interface YamlScalar {
  readonly kind: 'scalar'
  readonly style: 'plain' | 'single' | 'double' | 'block' | 'empty'
  /** The text with quotes, escapes and line folding resolved, never turned into a number or boolean. */
  readonly text: string
  /** Offsets of the token: quotes included; anchor, tag and comment excluded; a block begins at its `|` or `>`. */
  readonly start: number
  readonly end: number
  /** The full name of an explicit tag, e.g. `tag:yaml.org,2002:int`. */
  readonly tag?: string
  readonly anchor?: string
  /** Of a block: where its content begins, and by how many blanks it is indented. */
  readonly block?: { readonly contentStart: number; readonly indent: number }
}

/** `*name` */
export interface YamlAlias {
  readonly kind: 'alias'
  readonly name: string
  readonly start: number
  readonly end: number
}

/** One pair of a mapping; `colon` is the offset of its `:`, -1 where there is none (`{a}`, `? a`). */
export interface YamlEntry {
  readonly key: YamlNode
  readonly colon: number
  readonly value: YamlNode
}

export interface YamlMap {
  readonly kind: 'map'
  readonly flow: boolean
  readonly entries: readonly YamlEntry[]
  readonly start: number
  readonly end: number
  readonly tag?: string
  readonly anchor?: string
}

interface YamlList {
  readonly kind: 'list'
  readonly flow: boolean
  readonly items: readonly YamlNode[]
  readonly start: number
  readonly end: number
  readonly tag?: string
  readonly anchor?: string
}

export type YamlNode = YamlScalar | YamlAlias | YamlMap | YamlList

/** A fault in a YAML text. `line` and `column` count from 1. */
export interface YamlProblem {
  readonly line: number
  readonly column: number
  readonly message: string
}

/** One document of a stream. With a problem, `root` is what could still be understood. */
export interface YamlDocument {
  readonly root: YamlNode
  /** Offsets: from its beginning (of the first: that of the text) to the beginning of the one after it. */
  readonly start: number
  readonly end: number
  readonly problem?: YamlProblem
}

/** A lexical token; the names are those of the `yaml` package, `comment` without its line break. */
export interface YamlToken {
  readonly type: string
  readonly start: number
  readonly end: number
}

/** A parsed text. `tokens` are in order and cover every byte. */
export interface YamlStream {
  readonly documents: readonly YamlDocument[]
  readonly tokens: readonly YamlToken[]
  /** Offset of the beginning of each line. */
  readonly lineStarts: readonly number[]
  /** Set when a limit was met; there are no documents then. */
  readonly problem?: YamlProblem
}
