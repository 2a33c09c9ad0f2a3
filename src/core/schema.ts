import { z } from 'zod'

export { z }

/**
 * What `.meta()` says of a field that Flux does not have; Flux's own fields carry `{ description }` alone.
 * `.meta()` comes last in a chain, since an outer `.optional()` or `.default()` hides the meta of what it wraps.
 */
export const own = (description: string) => ({ description, origin: 'tagboat' as const })

/** Go duration in the units that Flux's intervals take, e.g. `30s`, `1h30m`. */
export const duration = () =>
  z
    .string()
    .regex(/^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$/, 'expected a duration such as 30s, 5m or 1h30m')
    .meta({ description: 'a duration such as 30s, 5m or 1h30m' })

/** Go duration without hours, as Flux's timeouts take it. */
export const shortDuration = () =>
  z
    .string()
    .regex(/^([0-9]+(\.[0-9]+)?(ms|s|m))+$/, 'expected a duration such as 30s or 5m (no hours)')
    .meta({ description: 'a duration such as 30s or 5m' })

/** `{name}` of an object in the same namespace. */
export const localReference = () =>
  z.strictObject({ name: z.string().min(1).max(253).meta({ description: 'name of the object' }) })
