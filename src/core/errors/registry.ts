import type { ErrorRow } from './row.ts'

/** Errors of the area `registry`. */
export const registryErrors = {} as const satisfies Record<string, ErrorRow>
