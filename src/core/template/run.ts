import { evaluatePipeline } from './evaluate.ts'
import type { Frame, Machine } from './machine.ts'
import type { BranchNode, ListNode, Node, PipeNode, TemplateNode } from './node.ts'
import { printAction, printValue } from './print.ts'
import { quote } from './quote.ts'
import { Dict, int, Integer, isTrue, List, typeOf, type Value } from './value.ts'

/** How a list ended: at its end, or by a jump that the loop around it handles. */
type Ending = 'end' | 'break' | 'continue'

/** Executes a template over its data; `TemplateFault` with Go's text on any fault. */
export function run(machine: Machine, data: Value): void {
  machine.guarded(() => runTemplate(machine, machine.program.name, data))
}

function runTemplate(machine: Machine, name: string, data: Value): void {
  const list = machine.program.definitions.get(name)
  if (list === undefined) return machine.fail(`template ${quote(name)} not defined`)
  const frame: Frame = { template: name, variables: [{ name: '$', value: data }] }
  runList({ machine, frame }, list, data)
}

/** Where a node is executed. */
interface Place {
  readonly machine: Machine
  readonly frame: Frame
}

function runList(place: Place, list: ListNode, dot: Value): Ending {
  return place.machine.within(() => {
    for (const node of list.nodes) {
      const ending = runNode(place, node, dot)
      if (ending !== 'end') return ending
    }
    return 'end'
  })
}

function runNode(place: Place, node: Node, dot: Value): Ending {
  const { machine, frame } = place
  machine.at(node, frame)
  switch (node.kind) {
    case 'text':
      machine.write(node.text)
      return 'end'
    case 'action': {
      const value = evaluatePipeline(machine, frame, node.pipe, dot)
      if (node.pipe.declares.length > 0) return 'end'
      machine.at(node, frame)
      machine.write(printAction(value, machine.budget))
      return 'end'
    }
    case 'break':
    case 'continue':
      return node.kind
    case 'template':
      runCall(place, node, dot)
      return 'end'
    case 'range':
      return scoped(frame, () => runRange(place, node, dot))
    default:
      return scoped(frame, () => runBranch(place, node, dot))
  }
}

/** Variables declared in a block end with it. */
function scoped<T>(frame: Frame, inner: () => T): T {
  const known = frame.variables.length
  const result = inner()
  frame.variables.length = known
  return result
}

function runBranch(place: Place, node: BranchNode, dot: Value): Ending {
  const value = evaluatePipeline(place.machine, place.frame, node.pipe, dot)
  if (isTrue(value)) return runList(place, node.list, node.kind === 'with' ? value : dot)
  return node.elseList === undefined ? 'end' : runList(place, node.elseList, dot)
}

function runCall({ machine, frame }: Place, node: TemplateNode, dot: Value): void {
  if (!machine.program.definitions.has(node.name)) machine.fail(`template ${quote(node.name)} not defined`)
  const data = node.pipe === undefined ? undefined : evaluatePipeline(machine, frame, node.pipe, dot)
  runTemplate(machine, node.name, data)
}

/** Breaks and continues end here. */
function runRange(place: Place, node: BranchNode, dot: Value): Ending {
  const { machine, frame } = place
  const value = evaluatePipeline(machine, frame, node.pipe, dot)
  const known = frame.variables.length
  let ran = false
  for (const [index, element] of elementsOf(machine, node.pipe, value)) {
    ran = true
    // An empty list has no nodes that would count.
    machine.budget.take(1)
    assignElement(machine, frame, node.pipe, { index, element })
    const ending = runList(place, node.list, element)
    frame.variables.length = known
    if (ending === 'break') break
  }
  return ran || node.elseList === undefined ? 'end' : runList(place, node.elseList, dot)
}

function* elementsOf(
  machine: Machine,
  pipe: PipeNode,
  value: Value,
): Generator<readonly [index: Value, element: Value]> {
  if (value === undefined || value === null) return
  if (value instanceof List) {
    for (const [index, item] of value.items.entries()) yield [int(index), item]
  } else if (value instanceof Dict) {
    yield* value.entries()
  } else if (value instanceof Integer) {
    if (pipe.declares.length > 1) machine.fail(`can't use ${value.value} to iterate over more than one variable`)
    for (let count = 0n; count < value.value; count++) yield [undefined, new Integer(value.type, count)]
  } else {
    machine.fail(`range can't iterate over ${printValue(value, machine.budget) || typeOf(value)}`)
  }
}

/** One variable is the element; of two, the first is the index or key. */
function assignElement(
  machine: Machine,
  frame: Frame,
  { declares, assigns }: PipeNode,
  { index, element }: { readonly index: Value; readonly element: Value },
): void {
  const values = declares.length > 1 ? [index, element] : [element]
  const first = frame.variables.length - declares.length
  for (const [at, { names }] of declares.entries()) {
    const name = names[0] ?? ''
    const variable = assigns ? frame.variables.findLast((known) => known.name === name) : frame.variables[first + at]
    if (variable === undefined) return machine.fail(`undefined variable: ${name}`)
    variable.value = values[at]
  }
}
