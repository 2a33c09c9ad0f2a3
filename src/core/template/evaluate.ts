import { callFunction, type Arguments } from './call.ts'
import type { Frame, Machine } from './machine.ts'
import { printNode, type CommandNode, type NumberNode, type Operand, type PipeNode } from './node.ts'
import { quote } from './quote.ts'
import { Dict, int, Struct, typeOf, type Value } from './value.ts'

/** The value of a pipeline; variables it declares are there from now on. */
export function evaluatePipeline(machine: Machine, frame: Frame, pipe: PipeNode, dot: Value): Value {
  machine.at(pipe, frame)
  return new Evaluation(machine, frame, dot).pipeline(pipe)
}

/** What came from the command before, if there is one; its value may be none. */
type Piped = { readonly value: Value } | undefined

class Evaluation {
  readonly #machine: Machine
  readonly #frame: Frame
  readonly #dot: Value

  constructor(machine: Machine, frame: Frame, dot: Value) {
    this.#machine = machine
    this.#frame = frame
    this.#dot = dot
  }

  pipeline(pipe: PipeNode): Value {
    let piped: Piped
    for (const command of pipe.commands) {
      // A nil interface that leaves a command is no value any more.
      piped = { value: this.#command(command, piped) ?? undefined }
    }
    for (const { names } of pipe.declares) this.#declare(names[0] ?? '', piped?.value, pipe.assigns)
    return piped?.value
  }

  #declare(name: string, value: Value, assigns: boolean): void {
    if (!assigns) {
      this.#frame.variables.push({ name, value })
      return
    }
    const known = this.#frame.variables.findLast((variable) => variable.name === name)
    if (known === undefined) return this.#machine.fail(`undefined variable: ${name}`)
    known.value = value
  }

  #command(command: CommandNode, piped: Piped): Value {
    const [first, ...rest] = command.args
    if (first === undefined) return undefined
    if (first.kind === 'identifier') return this.#function(first.name, command, { nodes: rest, piped })
    if (first.kind === 'field' || first.kind === 'chain' || first.kind === 'variable') {
      return this.#reached(first, { nodes: rest, piped })
    }
    if (first.kind !== 'pipe') this.#machine.at(first, this.#frame)
    if (rest.length > 0 || piped !== undefined) {
      this.#machine.fail(`can't give argument to non-function ${printNode(first)}`)
    }
    if (first.kind === 'nil') this.#machine.fail('nil is not a command')
    return this.#operand(first)
  }

  /** The value of an operand by itself. */
  #operand(node: Operand): Value {
    this.#machine.at(node, this.#frame)
    switch (node.kind) {
      case 'dot':
        return this.#dot
      case 'nil':
        return undefined
      case 'bool':
      case 'string':
        return node.value
      case 'number':
        return constant(node)
      case 'pipe':
        return this.pipeline(node)
      case 'identifier':
        return this.#function(node.name, node, { nodes: [], piped: undefined })
      default:
        return this.#reached(node, { nodes: [], piped: undefined })
    }
  }

  #function(name: string, node: CommandNode | Operand, args: Arguments): Value {
    this.#machine.at(node.kind === 'command' ? (node.args[0] ?? node) : node, this.#frame)
    const known = this.#machine.program.functions.get(name)
    if (known === undefined) return this.#machine.fail(`${quote(name)} is not a defined function`)
    const evaluate = (operand: Operand): Value => this.#operand(operand)
    return callFunction(this.#machine, { frame: this.#frame, name, known, node, args, evaluate })
  }

  /** Fields of the data, of a variable or of a parenthesised pipeline; the last may be a method with arguments. */
  #reached(node: Extract<Operand, { names: readonly string[] }>, args: Arguments): Value {
    this.#machine.at(node, this.#frame)
    if (node.kind === 'field') return this.#fields(this.#dot, node, node.names, args)
    if (node.kind === 'variable') return this.#variable(node, args)
    if (node.of.kind === 'nil') this.#machine.fail(`indirection through explicit nil in ${printNode(node)}`)
    const receiver = this.#operand(node.of)
    return this.#fields(receiver, node, node.names, args)
  }

  #variable(node: Extract<Operand, { kind: 'variable' }>, args: Arguments): Value {
    const [name = '', ...fields] = node.names
    const variable = this.#frame.variables.findLast((known) => known.name === name)
    if (variable === undefined) return this.#machine.fail(`undefined variable: ${name}`)
    if (fields.length > 0) return this.#fields(variable.value, node, fields, args)
    if (args.nodes.length > 0 || args.piped !== undefined) {
      this.#machine.fail(`can't give argument to non-function ${printNode(node)}`)
    }
    return variable.value
  }

  #fields(receiver: Value, node: Operand, names: readonly string[], args: Arguments): Value {
    let value = receiver
    let type = typeOf(receiver)
    for (const [index, name] of names.entries()) {
      const isLast = index === names.length - 1
      const next = this.#field({ value, type }, node, name, isLast ? args : { nodes: [], piped: undefined })
      // What a map of anything holds is of interface type, whatever it is.
      type = value instanceof Dict && value.element === 'interface {}' ? value.element : typeOf(next)
      value = next
    }
    return value
  }

  #field(receiver: { value: Value; type: string }, node: Operand, name: string, args: Arguments): Value {
    const { value, type } = receiver
    if (value === undefined) return undefined
    if (value === null) this.#machine.fail(`nil pointer evaluating interface {}.${name}`)
    const hasArgs = args.nodes.length > 0 || args.piped !== undefined
    if (value instanceof Struct) {
      const method = value.methods.get(name)
      const evaluate = (operand: Operand): Value => this.#operand(operand)
      if (method) return callFunction(this.#machine, { frame: this.#frame, name, known: method, node, args, evaluate })
      if (value.has(name) && hasArgs) this.#machine.fail(`${name} has arguments but cannot be invoked as function`)
      if (value.has(name)) return value.get(name)
    }
    if (value instanceof Dict && value.key === 'string') {
      if (hasArgs) this.#machine.fail(`${name} is not a method but has arguments`)
      return value.get(name)
    }
    return this.#machine.fail(`can't evaluate field ${name} in type ${type}`)
  }
}

/** A number where nothing says what type is wanted. */
function constant(node: NumberNode): Value {
  return node.isFloat || node.int === undefined ? node.float : int(node.int)
}
