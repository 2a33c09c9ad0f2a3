import { TemplateFault } from './fault.ts'
import { printToken, type Token, type TokenKind } from './token.ts'
import { characterOf, numberOf, unquote } from './literal.ts'
import { printNode, type CommandNode, type Operand, type PipeNode, type VariableNode } from './node.ts'
import { quote } from './quote.ts'
import type { TokenReader } from './reader.ts'

/** What is known at a place of a template. */
export interface Scope {
  readonly reader: TokenReader
  /** Variables that are declared here, `$` first; grows. */
  readonly variables: string[]
  readonly functions: { readonly has: (name: string) => boolean }
  /** How deep parentheses may be nested. */
  readonly maxDepth: number
}

const operandKinds = new Set<TokenKind>([
  'bool',
  'character constant',
  'dot',
  'field',
  'identifier',
  'number',
  'nil',
  'string',
  'variable',
  'left parenthesis',
])
const literalKinds = new Set<Operand['kind']>(['bool', 'dot', 'nil', 'number', 'string'])

/** `declarations? command ('|' command)*` up to and including the token `end`. */
export function parsePipeline(scope: Scope, context: string, end: TokenKind, depth = 0): PipeNode {
  const { reader } = scope
  const { at } = reader.peekWord()
  const { declares, assigns } = parseDeclarations(scope, context)
  const commands: CommandNode[] = []
  for (;;) {
    const token = reader.peekWord()
    if (token.kind === end) break
    if (!operandKinds.has(token.kind)) reader.unexpected(reader.next(), context)
    commands.push(parseCommand(scope, depth))
  }
  reader.next()
  checkPipeline(reader, commands, context)
  return { kind: 'pipe', at, declares, assigns, commands }
}

function checkPipeline(reader: TokenReader, commands: readonly CommandNode[], context: string): void {
  if (commands.length === 0) reader.fail(`missing value for ${context}`)
  const literal = commands.findIndex(({ args }, stage) => stage > 0 && literalKinds.has(args[0]?.kind ?? 'dot'))
  if (literal > 0) reader.fail(`non executable command in pipeline stage ${literal + 1}`)
}

function parseDeclarations(scope: Scope, context: string): { declares: readonly VariableNode[]; assigns: boolean } {
  const { reader } = scope
  const declares: VariableNode[] = []
  let assigns = false
  for (;;) {
    const mark = reader.mark()
    const variable = reader.peekWord()
    if (variable.kind !== 'variable') break
    reader.next()
    const next = reader.peekWord()
    const isComma = next.kind === 'character' && next.text === ','
    if (next.kind !== 'assign' && next.kind !== 'declare' && !isComma) {
      reader.backTo(mark)
      break
    }
    reader.next()
    declares.push({ kind: 'variable', at: variable.at, names: [variable.text] })
    scope.variables.push(variable.text)
    if (!isComma) {
      assigns = next.kind === 'assign'
      break
    }
    checkSecond(reader, context, declares.length)
  }
  return { declares, assigns }
}

/** Only range declares two variables. */
function checkSecond(reader: TokenReader, context: string, count: number): void {
  if (context !== 'range' || count > 1) reader.fail(`too many declarations in ${context}`)
  const follows: readonly TokenKind[] = ['variable', 'right delimiter', 'right parenthesis']
  if (!follows.includes(reader.peekWord().kind)) reader.fail('range can only initialize variables')
}

/** Operands with blanks between them, up to `|` (which it passes over) or the end of the pipeline. */
function parseCommand(scope: Scope, depth: number): CommandNode {
  const { reader } = scope
  const { at } = reader.peekWord()
  const args: Operand[] = []
  for (;;) {
    reader.peekWord()
    const operand = parseOperand(scope, depth)
    if (operand !== undefined) args.push(operand)
    const token = reader.peek()
    if (token.kind === 'right delimiter' || token.kind === 'right parenthesis') break
    reader.next()
    if (token.kind === 'pipe') break
    if (token.kind !== 'space') reader.unexpected(token, 'operand')
  }
  if (args.length === 0) reader.fail('empty command')
  return { kind: 'command', at, args }
}

/** A term and the fields after it; undefined if none begins here. */
function parseOperand(scope: Scope, depth: number): Operand | undefined {
  const { reader } = scope
  const term = parseTerm(scope, depth)
  const { at, kind } = reader.peek()
  if (term === undefined || kind !== 'field') return term
  const names: string[] = []
  while (reader.peek().kind === 'field') names.push(reader.next().text.slice(1))
  if (literalKinds.has(term.kind)) reader.fail(`unexpected . after term ${quote(printNode(term))}`)
  if (term.kind === 'field' || term.kind === 'variable')
    return { kind: term.kind, at, names: [...term.names, ...names] }
  return { kind: 'chain', at, of: term, names }
}

function parseTerm(scope: Scope, depth: number): Operand | undefined {
  const { reader } = scope
  const token = reader.peekWord()
  if (!operandKinds.has(token.kind)) return undefined
  reader.next()
  const { at, text } = token
  switch (token.kind) {
    case 'left parenthesis':
      if (depth >= scope.maxDepth) reader.fail('max expression depth exceeded')
      return parsePipeline(scope, 'parenthesized pipeline', 'right parenthesis', depth + 1)
    case 'identifier':
      if (!scope.functions.has(text)) reader.fail(`function ${quote(text)} not defined`)
      return { kind: 'identifier', at, name: text }
    case 'variable':
      if (!scope.variables.includes(text)) reader.fail(`undefined variable ${quote(text)}`)
      return { kind: 'variable', at, names: [text] }
    case 'field':
      return { kind: 'field', at, names: [text.slice(1)] }
    case 'bool':
      return { kind: 'bool', at, value: text === 'true' }
    case 'dot':
    case 'nil':
      return { kind: token.kind, at }
    default:
      return parseLiteral(reader, token)
  }
}

function parseLiteral(reader: TokenReader, token: Token): Operand {
  const { at, text } = token
  try {
    if (token.kind === 'number') return { kind: 'number', at, text, ...numberOf(text) }
    if (token.kind === 'string') return { kind: 'string', at, value: unquoted(text), quoted: text }
    const point = characterOf(text)
    return { kind: 'number', at, text, int: BigInt(point), float: point, isFloat: false }
  } catch (error) {
    return error instanceof TemplateFault ? reader.fail(error.message) : reader.unexpected(token, printToken(token))
  }
}

function unquoted(literal: string): string {
  const text = unquote(literal)
  if (text === undefined) throw new TemplateFault('invalid syntax')
  return text
}

/** A name in quotes, of `define`, `block` and `template`. */
export function parseName(reader: TokenReader, context: string): { readonly name: string; readonly at: number } {
  const token = reader.nextWord()
  if (token.kind !== 'string') return reader.unexpected(token, context)
  const name = unquote(token.text)
  return name === undefined ? reader.fail('invalid syntax') : { name, at: token.at }
}
