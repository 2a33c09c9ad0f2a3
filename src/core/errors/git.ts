import type { ErrorRow } from './row.ts'

/** Errors of the area `git`. */
export const gitErrors = {} as const satisfies Record<string, ErrorRow>
