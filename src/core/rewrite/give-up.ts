import { isAppError } from '#core/error.ts'
import type { FileChange } from './change-set.ts'

/**
 * What becomes of a file that was too much for `Compute` (`REWRITE_TIMEOUT`, `REWRITE_MEMORY`): it is left alone and
 * told of as `parse-error`, and the others go on. Undefined for every other error, which is not about the file.
 */
export function giveUpFile(path: string, error: unknown): FileChange | undefined {
  if (!isAppError(error) || (error.code !== 'REWRITE_TIMEOUT' && error.code !== 'REWRITE_MEMORY')) return undefined
  const reason = `given up: ${error.message}; the file is left alone`
  return { path, edits: [], skipped: [{ path, code: 'parse-error', reason }], found: [] }
}
