import { quote } from './quote.ts'

/** What every node knows: where it begins in the template's text, in UTF-16 units. */
interface At {
  readonly at: number
}

interface TextNode extends At {
  readonly kind: 'text'
  readonly text: string
}

/** `{{pipeline}}` */
interface ActionNode extends At {
  readonly kind: 'action'
  readonly pipe: PipeNode
}

export interface BranchNode extends At {
  readonly kind: 'if' | 'with' | 'range'
  readonly pipe: PipeNode
  readonly list: ListNode
  readonly elseList: ListNode | undefined
}

/** `{{template "name" pipeline}}`, and what is left of a block. */
export interface TemplateNode extends At {
  readonly kind: 'template'
  readonly name: string
  readonly pipe: PipeNode | undefined
}

interface JumpNode extends At {
  readonly kind: 'break' | 'continue'
}

export interface ListNode extends At {
  readonly kind: 'list'
  readonly nodes: readonly Node[]
}

/** What stands in a list. */
export type Node = TextNode | ActionNode | BranchNode | TemplateNode | JumpNode

export interface PipeNode extends At {
  readonly kind: 'pipe'
  /** `$k, $v := …` */
  readonly declares: readonly VariableNode[]
  /** `=` instead of `:=`. */
  readonly assigns: boolean
  readonly commands: readonly CommandNode[]
}

export interface CommandNode extends At {
  readonly kind: 'command'
  readonly args: readonly Operand[]
}

export interface VariableNode extends At {
  readonly kind: 'variable'
  /** `$x`, then field names. */
  readonly names: readonly string[]
}

interface FieldNode extends At {
  readonly kind: 'field'
  readonly names: readonly string[]
}

/** `(pipeline).A.B` or `name.A` */
interface ChainNode extends At {
  readonly kind: 'chain'
  readonly of: Operand
  readonly names: readonly string[]
}

export interface NumberNode extends At {
  readonly kind: 'number'
  readonly text: string
  /** The value as a whole number and as a float, where it is one. */
  readonly int: bigint | undefined
  readonly float: number | undefined
  /** Where nothing says what type is wanted, is it a float64? */
  readonly isFloat: boolean
}

/** What a command is made of. */
export type Operand =
  | PipeNode
  | VariableNode
  | FieldNode
  | ChainNode
  | NumberNode
  | (At & { readonly kind: 'identifier'; readonly name: string })
  | (At & { readonly kind: 'dot' | 'nil' })
  | (At & { readonly kind: 'bool'; readonly value: boolean })
  | (At & { readonly kind: 'string'; readonly value: string; readonly quoted: string })

/** A node as Go's errors show it. */
export function printNode(node: Node | ListNode | CommandNode | Operand): string {
  switch (node.kind) {
    case 'text':
      return node.text
    case 'action':
      return `{{${printNode(node.pipe)}}}`
    case 'list':
      return node.nodes.map(printNode).join('')
    case 'if':
    case 'with':
    case 'range':
      return printBranch(node)
    case 'template':
      return `{{template ${quote(node.name)}${node.pipe === undefined ? '' : ` ${printNode(node.pipe)}`}}}`
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`
    case 'pipe':
      return printPipe(node)
    case 'command':
      return node.args.map(printInner).join(' ')
    case 'chain':
      return `${printInner(node.of)}.${node.names.join('.')}`
    default:
      return printTerm(node)
  }
}

function printTerm(node: Exclude<Operand, PipeNode | ChainNode>): string {
  switch (node.kind) {
    case 'variable':
      return node.names.join('.')
    case 'field':
      return node.names.map((name) => `.${name}`).join('')
    case 'number':
      return node.text
    case 'identifier':
      return node.name
    case 'dot':
      return '.'
    case 'nil':
      return 'nil'
    case 'bool':
      return String(node.value)
    default:
      return node.quoted
  }
}

function printInner(node: Operand): string {
  return node.kind === 'pipe' ? `(${printNode(node)})` : printNode(node)
}

function printPipe(pipe: PipeNode): string {
  const names = pipe.declares.map(printNode).join(', ')
  const declares = names === '' ? '' : `${names} ${pipe.assigns ? '=' : ':='} `
  return declares + pipe.commands.map(printNode).join(' | ')
}

function printBranch(node: BranchNode): string {
  const otherwise = node.elseList === undefined ? '' : `{{else}}${printNode(node.elseList)}`
  return `{{${node.kind} ${printNode(node.pipe)}}}${printNode(node.list)}${otherwise}{{end}}`
}
