import { hash } from 'node:crypto'
import type { RedisConnection } from './connect.ts'

/** A Lua script, which Redis knows by the hash of its text. */
interface Script {
  readonly text: string
  readonly sha1: string
}

export function script(text: string): Script {
  return { text, sha1: hash('sha1', text) }
}

/** Runs a script; sends its text only where Redis does not know it (any more). */
export async function runScript(
  connection: RedisConnection,
  { text, sha1 }: Script,
  { keys, values }: { readonly keys: readonly string[]; readonly values: readonly (string | number)[] },
): Promise<unknown> {
  try {
    return await connection.evalsha(sha1, keys.length, ...keys, ...values)
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
    return connection.eval(text, keys.length, ...keys, ...values)
  }
}
