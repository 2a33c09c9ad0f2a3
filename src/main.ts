#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { cwd, env, exit, stderr, stdin, stdout } from 'node:process'

enableCompileCache()

const interruption = new AbortController()

// The first signal asks for a clean stop; the second one means it.
for (const [name, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.on(name, () => {
    if (interruption.signal.aborted) exit(code)
    interruption.abort(new Error(`stopped by ${name}`))
  })
}

// `tagboat … | head` closes our stdout: that is the reader's choice, not an error.
stdout.on('error', (error: NodeJS.ErrnoException) => exit(error.code === 'EPIPE' ? 0 : 1))

const { runProgram } = await import('./cli/program.ts')
process.exitCode = await runProgram(process.argv.slice(2), {
  stdin,
  stdout,
  stderr,
  color: stdout.isTTY && env['NO_COLOR'] === undefined,
  progressColumns: stderr.isTTY ? stderr.columns : 0,
  env,
  cwd: cwd(),
  signal: interruption.signal,
  programs: {
    controller: async (flags, io) => (await import('./controller/start.ts')).runController(flags, io),
    queues: async (flags, io) => (await import('./controller/inspect.ts')).openQueueInspector(flags, io),
    listen: async (options) => (await import('./controller/listen.ts')).listen(options),
  },
})
