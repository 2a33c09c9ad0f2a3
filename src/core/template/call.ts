import { FunctionFault } from './fault.ts'
import type { Frame, Machine } from './machine.ts'
import { printNode, type CommandNode, type Operand } from './node.ts'
import { Dict, int, Integer, isTrue, typeOf, type ParameterType, type TemplateFunction, type Value } from './value.ts'

/** What a function is called with: the operands after it, and the value piped into it, if any. */
export interface Arguments {
  readonly nodes: readonly Operand[]
  readonly piped: { readonly value: Value } | undefined
}

/** A call of a function or method. */
export interface Invocation {
  readonly frame: Frame
  readonly name: string
  readonly known: TemplateFunction
  /** Where it stands, for errors of its own. */
  readonly node: CommandNode | Operand
  readonly args: Arguments
  readonly evaluate: (operand: Operand) => Value
}

/** Calls a function as text/template does: counts and checks the arguments against its signature, then runs it. */
export function callFunction(machine: Machine, invocation: Invocation): Value {
  const { known, name, args } = invocation
  checkCount(machine, invocation)
  if (name === 'and' || name === 'or') return shortCircuit(machine, invocation)
  const { parameters } = known
  const values = args.nodes.map((operand, index) =>
    argument(machine, invocation, { operand, type: parameters[index] ?? known.variadic ?? 'interface {}' }),
  )
  if (args.piped !== undefined) {
    const type = parameters[values.length] ?? known.variadic ?? 'interface {}'
    values.push(validated(machine, args.piped.value, type))
  }
  return execute(machine, invocation, values)
}

function execute(machine: Machine, { known, name, node, frame }: Invocation, values: readonly Value[]): Value {
  const { budget, program } = machine
  const count = known.parameters.length
  // Whatever a function does with texts, it reads and writes them.
  for (const value of values) if (typeof value === 'string') budget.room(value.length)
  try {
    const rest = values.slice(count)
    const result = known.run(values.slice(0, count), { rest, budget, hashes: program.hashes })
    if (typeof result === 'string') budget.room(result.length)
    return result
  } catch (error) {
    if (!(error instanceof FunctionFault)) throw error
    machine.at(node, frame)
    return machine.fail(`error calling ${name}: ${error.message}`)
  }
}

function checkCount(machine: Machine, { known, name, args }: Invocation): void {
  const wanted = known.parameters.length
  const given = args.nodes.length + (args.piped === undefined ? 0 : 1)
  if (known.variadic !== undefined) {
    if (given >= wanted) return
    machine.fail(`wrong number of args for ${name}: want at least ${wanted} got ${args.nodes.length}`)
  }
  if (given !== wanted) machine.fail(`wrong number of args for ${name}: want ${wanted} got ${given}`)
}

/** `and` and `or` evaluate no more than they need. */
function shortCircuit(machine: Machine, invocation: Invocation): Value {
  const { args, name } = invocation
  let value: Value
  for (const operand of args.nodes) {
    value = argument(machine, invocation, { operand, type: 'reflect.Value' })
    if (isTrue(value) === (name === 'or')) return value
  }
  return args.piped === undefined ? value : args.piped.value
}

function argument(
  machine: Machine,
  { frame, evaluate }: Invocation,
  { operand, type }: { readonly operand: Operand; readonly type: ParameterType },
): Value {
  machine.at(operand, frame)
  if (operand.kind === 'nil') {
    if (!canBeNil(type)) machine.fail(`cannot assign nil to ${type}`)
    return type === 'map[string]interface {}' ? new Dict() : null
  }
  const isLiteral = operand.kind === 'bool' || operand.kind === 'number' || operand.kind === 'string'
  return isLiteral ? literal(machine, operand, type) : validated(machine, evaluate(operand), type)
}

function canBeNil(type: ParameterType): boolean {
  return type !== 'string' && type !== 'bool' && type !== 'int' && type !== 'float64'
}

/** A literal takes the type that is wanted. */
function literal(
  machine: Machine,
  operand: Extract<Operand, { kind: 'bool' | 'number' | 'string' }>,
  type: ParameterType,
): Value {
  const number = operand.kind === 'number' ? operand : undefined
  const expected = (what: string): never => machine.fail(`expected ${what}; found ${printNode(operand)}`)
  switch (type) {
    case 'bool':
      return operand.kind === 'bool' ? operand.value : expected('bool')
    case 'string':
      return operand.kind === 'string' ? operand.value : expected('string')
    case 'int':
      return number?.int === undefined ? expected('integer') : int(number.int)
    case 'float64':
      return number?.float === undefined ? expected('float') : number.float
    case 'interface {}':
    case 'reflect.Value':
      if (operand.kind !== 'number') return operand.value
      return operand.isFloat || operand.int === undefined ? operand.float : int(operand.int)
    default:
      return machine.fail(`can't handle ${printNode(operand)} for arg of type ${type}`)
  }
}

/** The value as an argument of this type; types are not converted into one another. */
function validated(machine: Machine, value: Value, type: ParameterType): Value {
  if (type === 'reflect.Value') return value
  if (type === 'interface {}') return value ?? null
  if (value === undefined) {
    if (!canBeNil(type)) machine.fail(`invalid value; expected ${type}`)
    return type === 'map[string]interface {}' ? new Dict() : null
  }
  const given = value === null ? 'interface {}' : typeOf(value)
  const fits = value instanceof Integer ? value.type === type : given === type
  return fits ? value : machine.fail(`wrong type for value; expected ${type}; got ${given}`)
}
