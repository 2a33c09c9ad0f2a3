import { AppError, isAppError, quoteOutside } from '../error.ts'
import { Budget, defaultLimits, type Limits } from './budget.ts'
import { TemplateFault } from './fault.ts'
import { templateFunctions } from './functions.ts'
import type { TextHashes } from './hashes.ts'
import { Machine } from './machine.ts'
import { parse } from './parse.ts'
import { run } from './run.ts'
import type { Value } from './value.ts'

/** What a template needs beside its text. */
export interface TemplateOptions {
  /** For errors, as Go has it in `template: NAME:LINE: …`. */
  readonly name: string
  readonly hashes: TextHashes
  readonly limits?: Limits
}

/** A parsed template; it can be rendered any number of times. */
export interface Template {
  /** The text for this data. `COMMIT_TEMPLATE_INVALID` with Go's text, also when a limit is exceeded. */
  render(data: Value): string
}

/** Messages of Go's hold the template's own text, which may be long. */
const maxMessage = 500

/**
 * Parses the subset of Go's text/template with sprig's hermetic functions: all actions, literals and builtins of Go 1.26
 * but complex numbers, `call` and functions of dates, chance, the environment, network and cryptography.
 * `COMMIT_TEMPLATE_INVALID` with Go's text: `template: NAME:LINE: function "now" not defined`.
 */
export function parseTemplate(text: string, options: TemplateOptions): Template {
  const { name, hashes, limits = defaultLimits } = options
  const definitions = guarded(name, () => parse(text, { name, functions: templateFunctions, limits }))
  const program = { name, text, definitions, functions: templateFunctions, hashes }
  const render = (data: Value): string => {
    const machine = new Machine(program, new Budget(limits))
    guarded(name, () => run(machine, data))
    return machine.output
  }
  return { render }
}

/** Lets nothing out but an `AppError`. */
function guarded<T>(name: string, inner: () => T): T {
  try {
    return inner()
  } catch (error) {
    if (isAppError(error)) throw error
    // What the engine itself refuses, a stack or a string too large, comes from the template as well.
    const isFault = error instanceof TemplateFault || error instanceof RangeError
    if (!isFault) throw new AppError('INTERNAL', `template: ${name}: unexpected fault`, { cause: error })
    const message = error instanceof TemplateFault ? error.message : `template: ${name}: ${error.message}`
    throw new AppError('COMMIT_TEMPLATE_INVALID', quoteOutside(message, maxMessage))
  }
}
