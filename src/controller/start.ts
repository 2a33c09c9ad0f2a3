import { AppError } from '#core/error.ts'
import type { Flags } from '#core/flags.ts'

/** The controller, until it is told to stop. */
export async function runController(_flags: Flags, _io: unknown): Promise<number> {
  throw new AppError('INTERNAL', 'being built')
}
