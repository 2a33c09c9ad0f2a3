import { globSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { measure, type Figure, type Result } from './figure.ts'

/**
 * `npm run bench -- [--quick] [--only NAME] [--json FILE]`: measures every figure of this folder whose name contains
 * NAME. Fails only when a figure could not be measured: what was missed is printed, not punished.
 */
async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean', default: false }, only: { type: 'string' }, json: { type: 'string' } },
  })
  const figures = (await findFigures()).filter(({ name }) => values.only === undefined || name.includes(values.only))
  if (figures.length === 0)
    throw new Error(`no figure's name contains '${values.only}': leave out --only to see them all`)
  const results: Result[] = []
  for (const figure of figures) {
    const result = await attempt(figure, values.quick)
    if (result !== undefined) results.push(result)
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, undefined, 2)}\n`)
  const missed = results.filter(({ ok }) => !ok).length
  const broken = figures.length - results.length
  print(`\n${results.length} measured, ${missed} beyond reach, ${broken} could not run`)
  return broken === 0 ? 0 : 1
}

/** The figures of all files beside this one, by file name and then as exported. */
async function findFigures(): Promise<readonly Figure[]> {
  const files = globSync('*.ts', { cwd: import.meta.dirname }).filter(
    (file) => file !== 'main.ts' && file !== 'figure.ts',
  )
  const modules = files.toSorted().map(async (file) => {
    return (await import(pathToFileURL(`${import.meta.dirname}/${file}`).href)) as { figures?: readonly Figure[] }
  })
  return (await Promise.all(modules)).flatMap(({ figures }) => figures ?? [])
}

async function attempt(figure: Figure, quick: boolean): Promise<Result | undefined> {
  try {
    const result = await measure(figure, { quick })
    print(describe(result))
    return result
  } catch (error) {
    print(
      `✗ ${figure.name}\n    could not run: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    )
    return undefined
  }
}

/** Two or three lines: name and verdict; the value with its spread; what it compares with. */
function describe({ name, ok, reach, unit, median, min, max, repeats, against }: Result): string {
  const spread = repeats > 1 ? ` (median of ${repeats}, ${round(min)} to ${round(max)})` : ''
  const lines = [`${ok ? '✓' : '✗'} ${name}`, `    ${round(median)} ${unit}${spread}, reach ${reach}`]
  if (against !== undefined) {
    const ratio = median > 0 ? `, ${round(against.value / median)} times as much` : ''
    lines.push(`    ${against.name}: ${round(against.value)} ${unit}${ratio}`)
  }
  return lines.join('\n')
}

/** Three significant digits are what a measurement is worth. */
function round(value: number): string {
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
