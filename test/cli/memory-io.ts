import type { CommandIo } from '#cli/io.ts'

/** A `CommandIo` in memory: what was written can be read back. */
export interface MemoryIo extends CommandIo {
  out(): string
  err(): string
}

/** No input, no colour, no terminal, an empty environment, never interrupted, unless the options say otherwise. */
export function memoryIo(options: Partial<CommandIo> & { input?: string } = {}): MemoryIo {
  const { input = '', ...rest } = options
  const written = { out: '', err: '' }
  return {
    stdin: lines(input),
    stdout: { write: (text) => (written.out += text) },
    stderr: { write: (text) => (written.err += text) },
    color: false,
    progressColumns: 0,
    env: {},
    cwd: process.cwd(),
    signal: new AbortController().signal,
    programs: {
      controller: async () => Promise.reject(new Error('no controller in this test')),
      queues: async () => Promise.reject(new Error('no queues in this test')),
      listen: async () => Promise.reject(new Error('nothing is served in this test')),
    },
    ...rest,
    out: () => written.out,
    err: () => written.err,
  }
}

async function* lines(text: string): AsyncGenerator<string> {
  yield text
}
