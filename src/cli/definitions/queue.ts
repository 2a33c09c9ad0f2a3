import type { CommandDefinition } from '../definition.ts'

/** Commands that look into the queues. */
export const queueDefinitions: readonly CommandDefinition[] = []
