import { isAppError } from '#core/error.ts'

/** What `check` found out about one thing. */
export interface Finding {
  /** What was looked at, e.g. `API server`, `rights on imagepolicies.tagboat.dev`. */
  readonly check: string
  /** false: the controller cannot do its work so. */
  readonly ok: boolean
  readonly message: string
  /** What can be done about it; on a finding that is ok it is a piece of advice. */
  readonly hint?: string
}

/** Runs a check; a failure of its own is a finding as well. Stops only when the command is stopped. */
export async function find(
  check: string,
  signal: AbortSignal,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await look()
  } catch (error) {
    if (signal.aborted || !isAppError(error)) throw error
    return [{ check, ok: false, message: error.message, ...(error.hint !== '' && { hint: error.hint }) }]
  }
}
