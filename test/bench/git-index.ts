import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TreeQuery } from '#flow/ports.ts'
import type { Figure, Measurement } from './figure.ts'
import { largeRepository, run, signal, type LargeRepository } from './git/large-repository.ts'

const query: TreeQuery = { roots: [''], contains: '$imagepolicy', globs: [], maxBytes: 1_048_576 }

/** Finds and reads the marked files with a new edge, in milliseconds. */
async function timeFiles(repository: LargeRepository, marked: number): Promise<number> {
  const { remote, tip } = repository
  await using git = repository.open()
  const start = performance.now()
  const files = await git.files(remote, tip, query, signal)
  const took = performance.now() - start
  if (files.length !== marked) throw new Error(`found ${files.length} files instead of ${marked}`)
  return took
}

async function timeGrep({ path }: LargeRepository): Promise<number> {
  const start = performance.now()
  await run(path, ['grep', '--files-with-matches', '--fixed-strings', '-e', '$imagepolicy', 'main'])
  return performance.now() - start
}

function forgetIndex({ cacheDir }: LargeRepository): void {
  const mirrors = join(cacheDir, 'git', 'mirrors')
  for (const name of readdirSync(mirrors)) rmSync(join(mirrors, name, 'tagboat'), { recursive: true, force: true })
}

function indexFigure(name: string, maxMs: number, prepare: (repository: LargeRepository) => Promise<void>): Figure {
  return {
    name,
    unit: 'ms',
    reach: `≤ ${maxMs} ms`,
    run: async (): Promise<Measurement> => {
      const repository = await largeRepository(10_000, 1000)
      await prepare(repository)
      const value = await timeFiles(repository, 1000)
      return {
        value,
        ok: value <= maxMs,
        against: { name: 'git grep alone, reading no file', value: await timeGrep(repository) },
      }
    },
  }
}

export const figures: readonly Figure[] = [
  indexFigure('marked files of a mirror of 10,000 YAML files, 1,000 marked: cold index', 1200, async (repository) => {
    forgetIndex(repository)
  }),
  indexFigure('the same with nothing changed, in a new process', 100, async (repository) => {
    await timeFiles(repository, 1000)
  }),
]
