/** Why a template cannot be parsed or run, in Go's words and with the place; `template.ts` makes an `AppError` of it. */
export class TemplateFault extends Error {
  override readonly name = 'TemplateFault'
}

/** Why a function refuses its arguments; the run adds the place and `error calling NAME: `. */
export class FunctionFault extends Error {
  override readonly name = 'FunctionFault'
}

/** A run uses more than it may; the run adds the place. */
export class LimitFault extends Error {
  override readonly name = 'LimitFault'
}
