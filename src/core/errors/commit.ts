import type { ErrorRow } from './row.ts'

/** Errors of the area `commit`. */
export const commitErrors = {} as const satisfies Record<string, ErrorRow>
