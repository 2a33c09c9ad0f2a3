import { AppError } from './error.ts'
import { parseDuration } from './time.ts'

/** What commander hands over: camel-case names, strings, lists and booleans. */
export type Flags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

/** The text of a flag; undefined when it was not given. */
export function textFlag(flags: Flags, name: string): string | undefined {
  const value = flags[name]
  return typeof value === 'string' ? value : undefined
}

/** The values of a repeatable flag; undefined when it was not given. */
export function listFlag(flags: Flags, name: string): readonly string[] | undefined {
  const value = flags[name]
  return Array.isArray(value) ? value : undefined
}

/** Was a flag without value given? */
export function hasFlag(flags: Flags, name: string): boolean {
  return flags[name] === true
}

/** A duration flag in milliseconds. `USAGE_INVALID` names the flag. */
export function durationFlag(text: string, flag: string): number {
  try {
    return parseDuration(text)
  } catch {
    throw new AppError('USAGE_INVALID', `${flag}: expected a duration such as 30s, 5m or 1h30m, got "${text}"`)
  }
}
