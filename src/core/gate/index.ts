import type { Gate, GateSpec } from './kind.ts'
import { platforms } from './kinds/platforms.ts'

/** Every gate, by the field of an ImagePolicy that asks for it. A new gate is a file and a line here. */
export const gateKinds = { platforms } as const

/** The gates that a policy asks for, in the order of the table. Errors: those of the kinds. */
export function compileGates(spec: GateSpec, field: string): readonly Gate[] {
  return Object.values(gateKinds)
    .map((kind) => kind.compile(spec, field))
    .filter((gate) => gate !== undefined)
}
