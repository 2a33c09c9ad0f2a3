import { AppError } from '#core/error.ts'
import type { Flags } from '#core/flags.ts'
import type { QueueInspector } from '#flow/ports/queue.ts'

export async function openQueueInspector(_flags: Flags, _io: unknown): Promise<QueueInspector> {
  throw new AppError('INTERNAL', 'being built')
}
