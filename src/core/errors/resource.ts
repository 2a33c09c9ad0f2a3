import type { ErrorRow } from './row.ts'

/** Errors of resources: what a person wrote in YAML, and what it refers to. */
export const resourceErrors = {
  RESOURCE_URL_INVALID: {
    retry: 'never',
    reason: 'URLInvalid',
    meaning: 'an address is not of a form or scheme that is accepted there',
    remedy: 'write https://host/path or ssh://user@host/path, without blanks',
  },
  RESOURCE_DURATION_INVALID: {
    retry: 'never',
    reason: 'InvalidSpec',
    meaning: 'a duration cannot be read',
    remedy: 'write numbers with units, without blanks: 30s, 5m, 1h30m',
  },
} as const satisfies Record<string, ErrorRow>
