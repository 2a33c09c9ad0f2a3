/** Private store of the values, so that no property, JSON or inspection of a `Secret` can show one. */
const values = new WeakMap<Secret, string>()

/** A value that prints as `***` wherever it goes; `reveal` in `core/secret/reveal.ts` is the only way to the text. */
export class Secret {
  constructor(value: string) {
    values.set(this, value)
  }

  toString(): string {
    return '***'
  }

  toJSON(): string {
    return '***'
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '***'
  }
}

/** For `reveal.ts` alone: the text behind a secret. */
export function valueOf(secret: Secret): string {
  return values.get(secret) ?? ''
}
