import type { Call, Dict, Integer, ParameterType, Struct, TemplateFunction, Value } from './value.ts'

/** What a function is given for each Go type. */
interface ParameterValues extends Record<ParameterType, Value> {
  string: string
  bool: boolean
  int: Integer
  float64: number
  'map[string]interface {}': Dict
  '*semver.Version': Struct
}

type Arguments<P extends readonly ParameterType[]> = { readonly [K in keyof P]: ParameterValues[P[K]] }

/**
 * A function of fixed parameters, e.g. `define(['string', 'int'], ([text, count]) => …)`.
 * The types are those that the arguments have been checked for.
 */
export function define<const P extends readonly ParameterType[]>(
  parameters: P,
  run: (fixed: Arguments<P>, call: Call) => Value,
): TemplateFunction {
  return { parameters, run: run as TemplateFunction['run'] }
}

/** A function whose last parameter takes any number of arguments, which are in `call.rest`. */
export function defineVariadic<const P extends readonly ParameterType[]>(
  parameters: P,
  variadic: ParameterType,
  run: (fixed: Arguments<P>, call: Call) => Value,
): TemplateFunction {
  return { ...define(parameters, run), variadic }
}

/** The same functions, each also as `must…`: sprig's two forms differ in how an error is returned, which Go hides. */
export function withMust(
  functions: Readonly<Record<string, TemplateFunction>>,
): Readonly<Record<string, TemplateFunction>> {
  const must = Object.entries(functions).map(([name, made]) => [
    `must${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    made,
  ])
  return { ...functions, ...Object.fromEntries(must) }
}
