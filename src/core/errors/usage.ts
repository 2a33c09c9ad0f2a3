import type { ErrorRow } from './row.ts'

/** Errors of the command line itself; they end with exit code 64. */
export const usageErrors = {
  USAGE_INVALID: {
    retry: 'never',
    reason: 'InvalidUsage',
    meaning: 'the command line was not understood',
    remedy: 'read the message, which names the flag or argument, and `tagboat <command> --help`',
  },
} as const satisfies Record<string, ErrorRow>
