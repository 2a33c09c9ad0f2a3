import { errorTable } from '#core/errors/index.ts'
import type { ErrorRow, Retry } from '#core/errors/row.ts'
import { escape, table } from './markdown.ts'

/** The page docs/errors.md. */
export function errorsPage(): string {
  const rows = Object.entries<ErrorRow>(errorTable)
  const areas = [...new Set(rows.map(([code]) => areaOf(code)))]
  return [
    '# Errors',
    intro,
    ...areas.map((area) =>
      section(
        area,
        rows.filter(([code]) => areaOf(code) === area),
      ),
    ),
  ].join('\n\n')
}

const intro = `This page is generated from the tables of the program (\`npm run generate\`).

Every error has a code, a message that names the thing and the field, and a hint. On the command line it ends with exit
code 1, or 64 where the command line itself was wrong. In a loop, and in a cluster, the object shows it as its Ready
condition: the reason is the one given here, unless the step that failed has a better name for it. Where nothing is
tried again by itself, the object is also marked as Stalled.`

function areaOf(code: string): string {
  return code.split('_')[0] ?? code
}

function section(area: string, rows: readonly (readonly [string, ErrorRow])[]): string {
  const title = `## ${area.slice(0, 1)}${area.slice(1).toLowerCase()}`
  const cells = rows.map(([code, { meaning, remedy, retry, reason }]) => [
    `\`${code}\``,
    escape(meaning),
    escape(remedy),
    retryText(retry),
    `\`${reason}\``,
  ])
  return `${title}\n\n${table(['code', 'what happened', 'what to do', 'tried again', 'reason'], cells)}`
}

function retryText(retry: Retry): string {
  if (retry === 'never') return 'when something is changed'
  if (retry === 'backoff') return 'after 750 ms, doubling up to 15 min'
  if (retry === 'interval') return "at the object's interval"
  return `after ${retry.afterMs / 1000} s`
}
