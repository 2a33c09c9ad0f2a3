/** A string that has passed the parser of its name; only that parser may make one. */
export type Brand<T, Name extends string> = T & { readonly __brand: Name }
