import { Composer, CST, isAlias, isPair, isScalar, isSeq, Lexer, Parser, stringify } from 'yaml'
import type { Document, Pair, ParsedNode, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import type { YamlDocument, YamlEntry, YamlNode, YamlProblem, YamlScalar, YamlStream, YamlToken } from './yaml-node.ts'
import { positionOf } from './yaml-position.ts'
import { readValues, type YamlValues } from './yaml-values.ts'

/**
 * What a YAML text may cost. Beyond one of these it is not read: the `yaml` package needs seconds, hundreds of
 * megabytes or its whole stack for texts that a person would not write.
 */
export const yamlLimits = {
  maxBytes: 1_048_576,
  maxDocuments: 10_000,
  /** Collections within each other. */
  maxDepth: 1000,
  /** Times that one anchor is referred to, multiplied along aliases within aliases. */
  maxAliases: 100,
} as const

/** Characters that YAML forbids; the lexer of `yaml` uses some of them for its own signals. */
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/

const composeOptions = {
  keepSourceTokens: true,
  prettyErrors: false,
  // All scalars are texts here: what 1.20 or 0755 means is not for this parser to say.
  schema: 'failsafe',
  resolveKnownTags: false,
  // The package's own check is quadratic: 100,000 keys take two minutes.
  uniqueKeys: false,
} as const

/**
 * Parses a text with any number of documents into nodes with offsets. Offsets count characters of `text`, so with a
 * text decoded as latin1 they count bytes. A byte order mark must be taken off before. A line ends with LF, CRLF or CR.
 * Never throws: faults are in `problem` of the document, limits (`yamlLimits`) in `problem` of the stream. A text with
 * control characters is one document that holds nothing but a problem.
 */
export function parseYaml(text: string): YamlStream {
  if (text.length > yamlLimits.maxBytes) return refused([0], 0, `larger than ${String(yamlLimits.maxBytes)} bytes`)
  // A lone CR is a line break in YAML but not for the package; a replacement of equal length keeps every offset.
  const source = text.includes('\r') ? text.replaceAll(/\r(?!\n)/g, '\n') : text
  const lineStarts = findLineStarts(source)
  const control = source.search(controls)
  if (control !== -1)
    return brokenStream(source, lineStarts, { offset: control, message: 'control characters are not allowed' })
  const parsed = compose(source)
  if (parsed.limit !== undefined) return refused(lineStarts, parsed.limit.offset, parsed.limit.message)
  const documents = parsed.documents.map((document, index) => {
    const start = index === 0 ? 0 : document.range[0]
    const end = parsed.documents[index + 1]?.range[0] ?? source.length
    return convertDocument(document, { start, end, lineStarts })
  })
  return { documents, tokens: parsed.tokens, lineStarts }
}

/**
 * Reads the documents of a resource or test file as plain values, with scalars as Kubernetes reads them, and tells
 * where each value stands. `text` is decoded; a byte order mark is taken off. See `YamlValues`.
 */
export function parseYamlValues(text: string): YamlValues {
  return readValues(parseYaml(text.replace(/^\uFEFF/, '')))
}

/** Prints a plain value as one YAML document, e.g. for `-o yaml`; texts that look like something else are quoted. */
export function printYaml(value: unknown): string {
  return stringify(value, { lineWidth: 0, version: '1.1', aliasDuplicateObjects: false })
}

function refused(lineStarts: readonly number[], offset: number, message: string): YamlStream {
  return { documents: [], tokens: [], lineStarts, problem: { ...positionOf(lineStarts, offset), message } }
}

function brokenStream(text: string, lineStarts: readonly number[], fault: Fault): YamlStream {
  const problem = { ...positionOf(lineStarts, fault.offset), message: fault.message }
  return { documents: [{ root: emptyScalar(0), start: 0, end: text.length, problem }], tokens: [], lineStarts }
}

function findLineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

interface Fault {
  readonly offset: number
  readonly message: string
}

interface Composed {
  readonly documents: readonly Document.Parsed[]
  readonly tokens: readonly YamlToken[]
  readonly limit?: Fault
}

/** Runs lexer, parser and composer in step, so that a limit stops the work instead of being found afterwards. */
function compose(text: string): Composed {
  const tokens: YamlToken[] = []
  const documents: Document.Parsed[] = []
  const parser = new Parser()
  const composer = new Composer(composeOptions)
  let isScalarNext = false
  for (const lexeme of new Lexer().lex(text)) {
    const start = parser.offset
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token))
    if (parser.stack.length > yamlLimits.maxDepth + 1) {
      return stopped(start, `collections are nested deeper than ${String(yamlLimits.maxDepth)}`)
    }
    if (documents.length > yamlLimits.maxDocuments) {
      return stopped(start, tooMany)
    }
    if (parser.offset > start)
      tokens.push({ type: isScalarNext ? 'scalar' : (CST.tokenType(lexeme) ?? 'error'), start, end: parser.offset })
    isScalarNext = lexeme === CST.SCALAR
  }
  for (const token of parser.end()) documents.push(...composer.next(token))
  documents.push(...composer.end(true, text.length))
  return documents.length > yamlLimits.maxDocuments ? stopped(text.length, tooMany) : { documents, tokens }
}

const tooMany = `more than ${String(yamlLimits.maxDocuments)} documents`

function stopped(offset: number, message: string): Composed {
  return { documents: [], tokens: [], limit: { offset, message } }
}

interface Bounds {
  readonly start: number
  readonly end: number
  readonly lineStarts: readonly number[]
}

function convertDocument(document: Document.Parsed, { start, end, lineStarts }: Bounds): YamlDocument {
  const reader = new DocumentReader()
  const root = reader.read(document.contents, document.range[1])
  const error = document.errors[0]
  const found = error === undefined ? reader.problem : { offset: error.pos[0], message: messageOf(error) }
  if (found === undefined) return { root, start, end }
  const problem: YamlProblem = { ...positionOf(lineStarts, found.offset), message: found.message }
  return { root, start, end, problem }
}

/** The package goes down a step of the stack per level; a flow collection of some 800 levels is too much for it. */
function messageOf(error: { readonly code: string; readonly message: string }): string {
  return error.code === 'RESOURCE_EXHAUSTION' ? 'collections are nested too deep to be read' : error.message
}

/**
 * Turns the nodes of the package into ours, and counts aliases as the package does before it expands them:
 * references to an anchor, times the heaviest reference within what it names.
 */
class DocumentReader {
  problem: Fault | undefined
  /** Of each anchor that is complete: how often it was referred to, and the weight of one reference. */
  readonly #anchors = new Map<string, { count: number; readonly weight: number }>()
  #heaviest = 0

  /** `at` is where an empty value stands if the package made no node for it. */
  read(node: ParsedNode | Pair | null | undefined, at: number): YamlNode {
    if (node === null || node === undefined || isPair(node)) return emptyScalar(at)
    if (isAlias(node)) return this.#readAlias(node.source, node.range[0], node.range[1])
    const outside = this.#heaviest
    this.#heaviest = 0
    const own = { start: node.range[0], end: node.range[1], ...propertiesOf(node) }
    const read = this.#readContent(node, own)
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, { count: 0, weight: Math.max(1, this.#heaviest) })
    this.#heaviest = Math.max(outside, this.#heaviest)
    return read
  }

  #readContent(node: Scalar.Parsed | YAMLMap.Parsed | YAMLSeq.Parsed, own: Own): YamlNode {
    if (isScalar(node)) return readScalar(node, own)
    if (isSeq(node)) {
      const items = node.items.map((item) => this.read(item, own.end))
      return { kind: 'list', flow: node.flow === true, items, ...own }
    }
    const entries = node.items.map((pair) => this.#readEntry(pair))
    return { kind: 'map', flow: node.flow === true, entries, ...own }
  }

  #readEntry(pair: Pair<ParsedNode, ParsedNode | null>): YamlEntry {
    const key = this.read(pair.key, 0)
    const source = pair.srcToken as { sep?: readonly CST.SourceToken[] } | undefined
    const colon = source?.sep?.find((token) => token.type === 'map-value-ind')?.offset ?? -1
    return { key, colon, value: this.read(pair.value, colon === -1 ? key.end : colon + 1) }
  }

  #readAlias(name: string, start: number, end: number): YamlNode {
    const anchor = this.#anchors.get(name)
    if (anchor === undefined) {
      this.problem ??= { offset: start, message: `no anchor &${name} before its alias` }
      return { kind: 'alias', name, start, end }
    }
    anchor.count += 1
    this.#heaviest = Math.max(this.#heaviest, anchor.count * anchor.weight)
    if (this.#heaviest > yamlLimits.maxAliases) {
      this.problem ??= { offset: start, message: `more than ${String(yamlLimits.maxAliases)} aliases of one anchor` }
    }
    return { kind: 'alias', name, start, end }
  }
}

interface Own {
  readonly start: number
  readonly end: number
  readonly tag?: string
  readonly anchor?: string
}

function propertiesOf(node: {
  readonly tag?: string | undefined
  readonly anchor?: string | undefined
}): Pick<Own, 'tag' | 'anchor'> {
  return {
    ...(node.tag === undefined ? {} : { tag: node.tag }),
    ...(node.anchor === undefined ? {} : { anchor: node.anchor }),
  }
}

function emptyScalar(at: number): YamlScalar {
  return { kind: 'scalar', style: 'empty', text: '', start: at, end: at }
}

const styles = { PLAIN: 'plain', QUOTE_SINGLE: 'single', QUOTE_DOUBLE: 'double' } as const

function readScalar(node: Scalar.Parsed, own: Own): YamlScalar {
  const text = node.source
  const token = node.srcToken
  if (token?.type === 'block-scalar')
    return { kind: 'scalar', style: 'block', text, ...own, block: readBlock(token, own) }
  const style = own.start === own.end ? 'empty' : styles[node.type as keyof typeof styles]
  return { kind: 'scalar', style, text, ...own }
}

/** The content begins after the header's line; its indentation is the indicator's, else that of its first text. */
function readBlock(token: CST.BlockScalar, own: Own): { contentStart: number; indent: number } {
  const contentStart = own.end - token.source.length
  const header = token.props[0]
  const indicator = header !== undefined && 'source' in header ? /[1-9]/.exec(header.source ?? '')?.[0] : undefined
  if (indicator !== undefined) return { contentStart, indent: Math.max(0, token.indent) + Number(indicator) }
  return { contentStart, indent: /^(?:[ \t]*\r?\n)*( *)/.exec(token.source)?.[1]?.length ?? 0 }
}
