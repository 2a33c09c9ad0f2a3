import { utf8Length } from '../bytes.ts'
import type { Budget } from './budget.ts'
import { LimitFault, TemplateFault } from './fault.ts'
import type { TextHashes } from './hashes.ts'
import { printNode } from './node.ts'
import type { Definitions } from './parse.ts'
import { quote } from './quote.ts'
import type { TemplateFunction, Value } from './value.ts'

const maxContext = 200

type AnyNode = Parameters<typeof printNode>[0]

/** What a run is made of. */
export interface Program {
  readonly name: string
  readonly text: string
  readonly definitions: Definitions
  readonly functions: ReadonlyMap<string, TemplateFunction>
  readonly hashes: TextHashes
}

/** One template being executed: its name and its variables, `$` first. */
export interface Frame {
  readonly template: string
  readonly variables: { readonly name: string; value: Value }[]
}

/** State of one run: what is written, what is used, and where it stands. */
export class Machine {
  readonly program: Program
  readonly budget: Budget
  #node: AnyNode | undefined
  #template: string
  #output = ''
  #bytes = 0
  #depth = 0

  constructor(program: Program, budget: Budget) {
    this.program = program
    this.budget = budget
    this.#template = program.name
  }

  get output(): string {
    return this.#output
  }

  /** Goes to a node: a step, and the place of what fails next. */
  at(node: AnyNode, frame: Frame): void {
    this.#node = node
    this.#template = frame.template
    this.budget.take(1)
  }

  write(text: string): void {
    this.#bytes += utf8Length(text)
    this.budget.room(this.#bytes > this.budget.limits.text ? this.#bytes : text.length)
    this.#output += text
  }

  /** Runs something within; blocks and templates may be nested so deep only. */
  within<T>(run: () => T): T {
    const { depth } = this.budget.limits
    if (++this.#depth > depth) this.fail(`exceeded maximum template depth (${depth})`)
    const result = run()
    this.#depth--
    return result
  }

  /** Ends the run with Go's text: template, line and column, the node and the cause. */
  fail(message: string): never {
    const { name, text } = this.program
    if (this.#node === undefined) throw new TemplateFault(`template: ${name}: ${message}`)
    const before = text.slice(0, this.#node.at)
    const lineStart = before.lastIndexOf('\n') + 1
    const line = before.split('\n').length
    const place = `${name}:${line}:${utf8Length(before.slice(lineStart))}`
    const whole = printNode(this.#node)
    // Go shows all of it; the cause after it must not drown.
    const context = whole.length > maxContext ? `${whole.slice(0, maxContext)}…` : whole
    throw new TemplateFault(`template: ${place}: executing ${quote(this.#template)} at <${context}>: ${message}`)
  }

  /** Runs the whole; a limit that is exceeded is told with its place. */
  guarded(run: () => void): void {
    try {
      run()
    } catch (error) {
      if (error instanceof LimitFault) this.fail(error.message)
      throw error
    }
  }
}
