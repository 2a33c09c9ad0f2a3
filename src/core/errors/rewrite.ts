import type { ErrorRow } from './row.ts'

/** Errors of the area `rewrite`. */
export const rewriteErrors = {} as const satisfies Record<string, ErrorRow>
