import type { CommandDefinition } from '../definition.ts'

/** Commands of the controller. */
export const controllerDefinitions: readonly CommandDefinition[] = []
