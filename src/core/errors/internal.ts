import type { ErrorRow } from './row.ts'

/** Errors that are a defect of Tagboat, or its process being stopped. */
export const internalErrors = {
  INTERNAL: {
    retry: 'backoff',
    reason: 'Failed',
    meaning: 'something happened that Tagboat did not foresee',
    remedy: 'please report it with the output of `--log-level debug`',
  },
  CANCELLED: {
    retry: 'backoff',
    reason: 'Cancelled',
    meaning: 'the work was stopped by a signal before it was done; nothing half-done was left',
    remedy: 'run the command again',
  },
} as const satisfies Record<string, ErrorRow>
