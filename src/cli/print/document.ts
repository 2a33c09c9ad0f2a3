import type { CommandIo } from '../io.ts'
import type { OutputFormat } from '../options.ts'

/** Prints a result for programs: exactly one JSON or YAML document on stdout. */
export async function printDocument(
  result: unknown,
  output: Exclude<OutputFormat, 'text'>,
  io: Pick<CommandIo, 'stdout'>,
): Promise<void> {
  if (output === 'json') {
    io.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
    return
  }
  const { printYaml } = await import('#core/yaml.ts')
  io.stdout.write(printYaml(result))
}
