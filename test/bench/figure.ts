/** What one run of a figure found. */
export interface Measurement {
  /** In the figure's unit. */
  readonly value: number
  /** Is the reach met? */
  readonly ok: boolean
  /** The same work done by something else in the same run, in the same unit. */
  readonly against?: { readonly name: string; readonly value: number }
}

/** One number that a user would care about, and how it is measured. A file of figures exports `figures`. */
export interface Figure {
  readonly name: string
  /** e.g. `ms`, `MiB`, `requests`. */
  readonly unit: string
  /** What it should be, for people, e.g. `≤ 15 ms`. */
  readonly reach: string
  /** Runs that count (default 5, with --quick 3), after one that warms up. One: a long run that is not warmed up. */
  readonly repeats?: number
  /** Rejects only if it could not be measured; a missed reach is `ok: false`. `quick`: a smaller input will do. */
  run(options: { readonly quick: boolean }): Promise<Measurement>
}

/** A figure after all its runs. `value`, `ok` and `against` are those of the run in the middle. */
export interface Result extends Measurement {
  readonly name: string
  readonly unit: string
  readonly reach: string
  readonly repeats: number
  readonly median: number
  readonly min: number
  readonly max: number
}

/** Runs a figure as often as it asks, and takes the run with the middle value (the lower middle of an even number). */
export async function measure(figure: Figure, options: { readonly quick: boolean }): Promise<Result> {
  const repeats = figure.repeats ?? (options.quick ? 3 : 5)
  if (repeats > 1) await figure.run(options)
  const runs: Measurement[] = []
  for (let turn = 0; turn < repeats; turn += 1) runs.push(await figure.run(options)) // one at a time: they share the machine
  return summarise(figure, runs)
}

function summarise(figure: Figure, runs: readonly Measurement[]): Result {
  const sorted = runs.toSorted((a, b) => a.value - b.value)
  const [first] = sorted
  const middle = sorted[Math.floor((sorted.length - 1) / 2)]
  const last = sorted.at(-1)
  if (first === undefined || middle === undefined || last === undefined) throw new Error(`${figure.name} made no run`)
  const { name, unit, reach } = figure
  return { name, ...middle, unit, reach, repeats: runs.length, median: middle.value, min: first.value, max: last.value }
}
