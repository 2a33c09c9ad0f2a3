import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Figure } from './figure.ts'

const main = new URL('../../src/main.ts', import.meta.url).pathname
const cache = mkdtempSync(join(tmpdir(), 'tagboat-compile-cache-'))
process.on('exit', () => rmSync(cache, { recursive: true, force: true }))

/** The whole life of one process from the sources, in milliseconds; Node's own start is measured beside it. */
async function timeProcess(args: readonly string[], input: string): Promise<number> {
  const start = performance.now()
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  })
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  const errors: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text))
  child.on('error', reject).on('close', resolve)
  child.stdin.on('error', () => undefined).end(input) // a child that does not read its input may close it
  const code = await promise
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}: ${errors.join('')}`)
  return performance.now() - start
}

function startupFigure(name: string, maxMs: number, command: { args: readonly string[]; input: string }): Figure {
  return {
    name,
    unit: 'ms',
    reach: `≤ ${maxMs} ms`,
    run: async () => {
      const value = await timeProcess([main, ...command.args], command.input)
      const bare = await timeProcess(['-e', ''], '')
      return { value, ok: value <= maxMs, against: { name: 'an empty Node process', value: bare } }
    },
  }
}

const tags = Array.from({ length: 1000 }, (_, index) => `1.${index % 40}.${Math.floor(index / 40)}`)

export const figures: readonly Figure[] = [
  startupFigure('tagboat --version', 80, { args: ['--version'], input: '' }),
  startupFigure('tagboat select of 1,000 tags from stdin', 200, {
    args: ['select', '--semver', '^1.0.0', '--tags', '-'],
    input: `${tags.join('\n')}\n`,
  }),
]
