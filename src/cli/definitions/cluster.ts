import type { CommandDefinition } from '../definition.ts'

/** Commands that speak with a cluster. */
export const clusterDefinitions: readonly CommandDefinition[] = []
