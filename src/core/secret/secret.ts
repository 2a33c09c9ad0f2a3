import { registerSecret } from './redact.ts'

/** Private store of the values, so that no property, JSON or inspection of a `Secret` can show one. */
const values = new WeakMap<Secret, string>()

/**
 * A value that prints as `***` wherever it goes; `reveal` in `core/secret/reveal.ts` is the only way to the text.
 * From its making on `redact` masks the value in every text; with `masked: false` it does not, for what a Secret holds
 * that is none: a user name is often the owner's part of an image name.
 */
export class Secret {
  constructor(value: string, { masked = true }: { readonly masked?: boolean } = {}) {
    values.set(this, value)
    if (masked) registerSecret(value)
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
