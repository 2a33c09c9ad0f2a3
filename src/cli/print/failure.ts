import type { AppError } from '#core/error.ts'
import type { CommandIo } from '../io.ts'

/** Says what failed and what to do: on stderr for people, with `-o json` also as the one document on stdout. */
export function printFailure(error: AppError, argv: readonly string[], io: CommandIo): void {
  io.stderr.write(`tagboat: ${error.message}\n`)
  if (error.hint !== '') io.stderr.write(`  hint: ${error.hint}\n`)
  io.stderr.write(`  code: ${error.code} (docs/errors.md)\n`)
  if (asksForJson(argv)) {
    const document = { error: { code: error.code, message: error.message, hint: error.hint } }
    io.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
  }
}

/** Was `-o json` given? Asked of the raw arguments, since the failure may be older than their parsing. */
function asksForJson(argv: readonly string[]): boolean {
  return argv.some((word, index) => {
    return (
      word === '-ojson' ||
      word === '--output=json' ||
      (word === 'json' && /^(-o|--output)$/.test(argv[index - 1] ?? ''))
    )
  })
}
