import { TextBuilder, type Budget } from './budget.ts'
import type { Spec } from './format-scalar.ts'
import { formatValue, printValue } from './print.ts'
import { Integer, typeOf, type Value } from './value.ts'

/** Go refuses widths and precisions beyond this. */
const maxNumber = 1e6

/** Go's fmt.Sprintf, its complaints in the text included: `%!d(string=x)`, `%!s(MISSING)`, `%!(EXTRA int=1)`. */
export function printf(format: string, args: readonly Value[], budget: Budget): string {
  return new Printf(format, args, budget).run()
}

class Printf {
  readonly #format: string
  readonly #args: readonly Value[]
  readonly #budget: Budget
  readonly #builder: TextBuilder
  #at = 0
  /** Next argument. */
  #next = 0
  /** `%[n]d` was used, so that arguments that are left over are no mistake. */
  #reordered = false
  #badIndex = false

  constructor(format: string, args: readonly Value[], budget: Budget) {
    this.#format = format
    this.#args = args
    this.#budget = budget
    this.#builder = new TextBuilder(budget)
  }

  run(): string {
    while (this.#at < this.#format.length) {
      const percent = this.#format.indexOf('%', this.#at)
      const end = percent < 0 ? this.#format.length : percent
      this.#builder.add(this.#format.slice(this.#at, end))
      this.#at = end + 1
      if (percent >= 0) this.#verb()
    }
    if (!this.#reordered && this.#next < this.#args.length) this.#builder.add(this.#extra())
    return this.#builder.build()
  }

  #verb(): void {
    this.#budget.take(1)
    this.#badIndex = false
    const flags = this.#flags()
    this.#index()
    const { value: width, left } = this.#number('BADWIDTH')
    this.#index()
    const hasPoint = this.#format.startsWith('.', this.#at)
    if (hasPoint) this.#at++
    if (hasPoint) this.#index()
    const precision = hasPoint ? (this.#number('BADPREC').value ?? 0) : undefined
    this.#index()
    const verb = String.fromCodePoint(this.#format.codePointAt(this.#at) ?? 0)
    if (this.#at >= this.#format.length) return this.#builder.add('%!(NOVERB)')
    this.#at += verb.length
    this.#write({ verb, flags: left ? `${flags}-` : flags, width, precision })
  }

  #write(spec: Spec): void {
    if (spec.verb === '%') return this.#builder.add('%')
    if (this.#badIndex) return this.#builder.add(`%!${spec.verb}(BADINDEX)`)
    if (this.#next >= this.#args.length) return this.#builder.add(`%!${spec.verb}(MISSING)`)
    this.#builder.add(formatValue(this.#args[this.#next++], spec, this.#budget))
  }

  #flags(): string {
    const flags = /[-+# 0]*/y
    flags.lastIndex = this.#at
    const found = flags.exec(this.#format)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  /** `[n]` */
  #index(): void {
    if (!this.#format.startsWith('[', this.#at)) return
    this.#reordered = true
    const close = this.#format.indexOf(']', this.#at)
    const number = /^[0-9]{1,7}$/.exec(this.#format.slice(this.#at + 1, Math.max(close, this.#at + 1)))?.[0]
    this.#at = close < 0 ? this.#at + 1 : close + 1
    const index = Number(number ?? 0)
    if (index >= 1 && index <= this.#args.length) this.#next = index - 1
    else this.#badIndex = true
  }

  /** Digits, or `*` for an argument; a negative width is the flag `-`. */
  #number(complaint: string): { readonly value: number | undefined; readonly left: boolean } {
    if (this.#format.startsWith('*', this.#at)) {
      this.#at++
      const arg = this.#args[this.#next++]
      const value = arg instanceof Integer && arg.type === 'int' ? Number(arg.value) : Number.NaN
      if (!(Math.abs(value) <= maxNumber)) this.#builder.add(`%!(${complaint})`)
      if (!(Math.abs(value) <= maxNumber) || (value < 0 && complaint === 'BADPREC'))
        return { value: undefined, left: false }
      return { value: Math.abs(value), left: value < 0 }
    }
    const digits = /[0-9]*/y
    digits.lastIndex = this.#at
    const found = digits.exec(this.#format)?.[0] ?? ''
    this.#at += found.length
    return { value: found === '' || Number(found) > maxNumber ? undefined : Number(found), left: false }
  }

  #extra(): string {
    const left = this.#args.slice(this.#next)
    const shown = left.map((value) =>
      value === undefined || value === null ? '<nil>' : `${typeOf(value)}=${printValue(value, this.#budget)}`,
    )
    return `%!(EXTRA ${shown.join(', ')})`
  }
}
