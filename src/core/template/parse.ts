import type { Limits } from './budget.ts'
import { lex } from './lex.ts'
import type { BranchNode, ListNode, Node } from './node.ts'
import { parseName, parsePipeline, type Scope } from './parse-pipeline.ts'
import { quote } from './quote.ts'
import { TokenReader } from './reader.ts'
import type { Token } from './token.ts'

/** Each template of a text by its name: the text itself, and what it defines. */
export type Definitions = ReadonlyMap<string, ListNode>

export interface ParseOptions {
  /** Of the template, for errors. */
  readonly name: string
  /** Those that may be called. */
  readonly functions: { readonly has: (name: string) => boolean }
  readonly limits: Limits
}

/** Ends a list of nodes. */
type Stop = { readonly kind: 'end'; readonly at: number } | { readonly kind: 'else'; readonly at: number }

/** Parses a template and what it defines. `TemplateFault` with Go's text on any fault. */
export function parse(text: string, options: ParseOptions): Definitions {
  const definitions = new Map<string, ListNode>()
  const reader = new TokenReader(options.name, lex(text))
  if (text.length > options.limits.text) reader.fail(`a template of more than ${options.limits.text} bytes`)
  const parser = new TreeParser(reader, options, definitions)
  parser.add(options.name, parser.whole())
  return definitions
}

/** Parses one template; those defined within it have parsers of their own on the same tokens. */
class TreeParser {
  readonly #reader: TokenReader
  readonly #options: ParseOptions
  readonly #definitions: Map<string, ListNode>
  readonly #scope: Scope
  #ranges = 0
  #depth: number

  constructor(reader: TokenReader, options: ParseOptions, definitions: Map<string, ListNode>, depth = 0) {
    this.#reader = reader
    this.#options = options
    this.#definitions = definitions
    this.#depth = depth
    this.#scope = { reader, variables: ['$'], functions: options.functions, maxDepth: options.limits.depth }
  }

  /** Registers a template; an empty one does not replace another. */
  add(name: string, list: ListNode): void {
    const known = this.#definitions.get(name)
    if (known === undefined || isEmpty(known)) this.#definitions.set(name, list)
    else if (!isEmpty(list)) this.#reader.fail(`template: multiple definition of template ${quote(name)}`)
  }

  /** To the end of the tokens; only here may templates be defined. */
  whole(): ListNode {
    const { at } = this.#reader.peek()
    const nodes: Node[] = []
    while (this.#reader.peek().kind !== 'end of file') {
      if (this.#definition()) continue
      const node = this.#textOrAction()
      if (node.kind === 'end' || node.kind === 'else') this.#reader.fail(`unexpected {{${node.kind}}}`)
      else nodes.push(node)
    }
    return { kind: 'list', at, nodes }
  }

  #definition(): boolean {
    const mark = this.#reader.mark()
    const defines = this.#reader.next().kind === 'left delimiter' && this.#reader.peekWord().kind === 'define'
    if (!defines) {
      this.#reader.backTo(mark)
      return false
    }
    this.#reader.next()
    const { name } = parseName(this.#reader, 'define clause')
    this.#reader.expect('right delimiter', 'define clause')
    this.#within(name, 'define clause')
    return true
  }

  /** A template of its own: other variables, and no loop around it. */
  #within(name: string, context: string): void {
    const inner = new TreeParser(this.#reader, this.#options, this.#definitions, this.#depth)
    const { list, stop } = inner.#list()
    if (stop.kind !== 'end') this.#reader.fail(`unexpected {{${stop.kind}}} in ${context}`)
    this.add(name, list)
  }

  /** Up to an `end` or `else`, which it passes over. */
  #list(): { readonly list: ListNode; readonly stop: Stop } {
    if (++this.#depth > this.#options.limits.depth) {
      this.#reader.fail(`blocks nested more than ${this.#options.limits.depth} deep`)
    }
    const { at } = this.#reader.peekWord()
    const nodes: Node[] = []
    while (this.#reader.peekWord().kind !== 'end of file') {
      const node = this.#textOrAction()
      if (node.kind === 'end' || node.kind === 'else') {
        this.#depth--
        return { list: { kind: 'list', at, nodes }, stop: node }
      }
      nodes.push(node)
    }
    return this.#reader.fail('unexpected EOF')
  }

  #textOrAction(): Node | Stop {
    const token = this.#reader.nextWord()
    if (token.kind === 'text') return { kind: 'text', at: token.at, text: token.text }
    if (token.kind !== 'left delimiter') return this.#reader.unexpected(token, 'input')
    this.#reader.startAction(token.line)
    const node = this.#action()
    this.#reader.startAction(0)
    return node
  }

  #action(): Node | Stop {
    const mark = this.#reader.mark()
    const token = this.#reader.nextWord()
    switch (token.kind) {
      case 'block':
        return this.#block()
      case 'break':
      case 'continue':
        return this.#jump(token, token.kind)
      case 'else':
        return this.#else()
      case 'end':
        return { kind: 'end', at: this.#reader.expect('right delimiter', 'end').at }
      case 'if':
      case 'range':
      case 'with':
        return this.#branch(token.kind)
      case 'template':
        return this.#template()
      default: {
        this.#reader.backTo(mark)
        const { at } = this.#reader.peekWord()
        return { kind: 'action', at, pipe: parsePipeline(this.#scope, 'command', 'right delimiter') }
      }
    }
  }

  #jump({ at }: Token, kind: 'break' | 'continue'): Node {
    const token = this.#reader.nextWord()
    if (token.kind !== 'right delimiter') this.#reader.unexpected(token, `{{${kind}}}`)
    if (this.#ranges === 0) this.#reader.fail(`{{${kind}}} outside {{range}}`)
    return { kind, at }
  }

  /** `{{else if …}}` leaves the `if` to the branch that the else belongs to. */
  #else(): Stop {
    const next = this.#reader.peekWord()
    if (next.kind === 'if' || next.kind === 'with') return { kind: 'else', at: next.at }
    return { kind: 'else', at: this.#reader.expect('right delimiter', 'else').at }
  }

  #branch(kind: BranchNode['kind']): BranchNode {
    const known = this.#scope.variables.length
    const pipe = parsePipeline(this.#scope, kind, 'right delimiter')
    if (kind === 'range') this.#ranges++
    const { list, stop } = this.#list()
    if (kind === 'range') this.#ranges--
    const elseList = stop.kind === 'else' ? this.#elseList(kind, stop.at) : undefined
    this.#scope.variables.length = known
    return { kind, at: pipe.at, pipe, list, elseList }
  }

  #elseList(kind: BranchNode['kind'], at: number): ListNode {
    const chained = kind !== 'range' && this.#reader.peek().kind === kind
    if (chained) {
      this.#reader.next()
      if (++this.#depth > this.#options.limits.depth) this.#reader.fail('too many else branches')
      const nodes = [this.#branch(kind)]
      this.#depth--
      return { kind: 'list', at, nodes }
    }
    const { list, stop } = this.#list()
    if (stop.kind !== 'end') this.#reader.fail(`expected end; found {{${stop.kind}}}`)
    return list
  }

  #block(): Node {
    const context = 'block clause'
    const { name, at } = parseName(this.#reader, context)
    const pipe = parsePipeline(this.#scope, context, 'right delimiter')
    this.#within(name, context)
    return { kind: 'template', at, name, pipe }
  }

  #template(): Node {
    const context = 'template clause'
    const { name, at } = parseName(this.#reader, context)
    if (this.#reader.peekWord().kind !== 'right delimiter') {
      return { kind: 'template', at, name, pipe: parsePipeline(this.#scope, context, 'right delimiter') }
    }
    this.#reader.next()
    return { kind: 'template', at, name, pipe: undefined }
  }
}

/** Nothing but blanks: such a template gives way to another of its name. */
function isEmpty(list: ListNode): boolean {
  return list.nodes.every((node) => node.kind === 'text' && node.text.trim() === '')
}
