/** Headers of an answer: names in lower case; a header that came several times is a list. */
export type HttpHeaders = Readonly<Record<string, string | string[] | undefined>>

/** Every value of a header, in order; empty if it is absent. `name` is lower case. */
export function headerValues(headers: HttpHeaders, name: string): readonly string[] {
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}

/** The first value of a header, trimmed; undefined if it is absent. `name` is lower case. */
export function header(headers: HttpHeaders, name: string): string | undefined {
  return headerValues(headers, name)[0]?.trim()
}
