import { readFileSync } from 'node:fs'

/** The version of this package, e.g. `0.1.0`. */
export function packageVersion(): string {
  const path = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}
