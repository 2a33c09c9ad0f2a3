import type { CommandIo } from '../io.ts'

/** A bar on stderr while many things are done; silent where stderr is no terminal. */
export interface Progress {
  step(): void
  end(): void
}

/** Opens a bar for `total` things. Nothing is drawn for fewer than three: they are over before it could be read. */
export function openProgress(io: CommandIo, label: string, total: number): Progress {
  if (io.progressColumns === 0 || total < 3) return { step() {}, end() {} }
  const drawn = { done: 0 }
  const draw = () => io.stderr.write(`\r${bar(label, drawn.done, total, io.progressColumns)}`)
  draw()
  return {
    step() {
      drawn.done += 1
      draw()
    },
    // The line is cleared, so that what follows starts at its beginning.
    end: () => void io.stderr.write('\r\u001b[K'),
  }
}

function bar(label: string, done: number, total: number, columns: number): string {
  const count = ` ${done}/${total}`
  const room = Math.max(0, Math.min(40, columns - label.length - count.length - 4))
  const full = Math.round((room * done) / total)
  return `${label} [${'='.repeat(full)}${' '.repeat(room - full)}]${count}`
}
