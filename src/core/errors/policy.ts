import type { ErrorRow } from './row.ts'

/** Errors of the area `policy`. */
export const policyErrors = {} as const satisfies Record<string, ErrorRow>
