import { AppError } from '../error.ts'
import { printPath } from '../api/fields.ts'
import { z } from '../schema.ts'

const maxDepth = 32

/** The JSON of a body; undefined for an empty one. `WEBHOOK_MALFORMED` for other text and beyond 32 levels. */
export function parsePayload(text: string): unknown {
  if (text.trim() === '') return undefined
  if (depthOf(text) > maxDepth) throw malformed(`the body is nested more than ${maxDepth} levels deep`)
  try {
    return JSON.parse(text)
  } catch {
    throw malformed('the body is not JSON')
  }
}

/** What a schema finds in a payload; fields that it does not name are dropped. `WEBHOOK_MALFORMED` names the field. */
export function readPayload<Schema extends z.ZodType>(schema: Schema, payload: unknown): z.output<Schema> {
  const parsed = schema.safeParse(payload)
  if (parsed.success) return parsed.data
  const [first] = parsed.error.issues
  const path = first === undefined || first.path.length === 0 ? 'the body' : printPath(first.path)
  throw malformed(`${path}: ${first?.message.toLowerCase() ?? 'not as expected'}`)
}

/** A body that is not what its sender sends. */
export function malformed(message: string): AppError {
  return new AppError('WEBHOOK_MALFORMED', `webhook: ${message}`)
}

/** Deepest nesting of brackets outside strings, in linear time; text that is not JSON gives some number. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let isInString = false
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index]
    if (isInString) {
      if (character === '\\') index += 1
      else if (character === '"') isInString = false
    } else if (character === '"') isInString = true
    else if (character === '[' || character === '{') deepest = Math.max(deepest, (depth += 1))
    else if (character === ']' || character === '}') depth -= 1
  }
  return deepest
}
