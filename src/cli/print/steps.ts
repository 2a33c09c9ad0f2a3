import { quoteOutside } from '#core/error.ts'
import { scopeText, type ClusterSession } from '../cluster/connect.ts'
import type { Entry } from '../cluster/listing.ts'
import { labelOf } from '../cluster/targets.ts'
import type { PassResult } from '../cluster/wait.ts'
import { printDocument } from './document.ts'

/** Tells what a command does to objects: for people line by line as flux does, for programs the objects at the end. */
export class Steps {
  readonly #session: Pick<ClusterSession, 'io' | 'options' | 'namespace'>

  constructor(session: Pick<ClusterSession, 'io' | 'options' | 'namespace'>) {
    this.#session = session
  }

  /** Something is under way: `◎ waiting for ImagePolicy apps/podinfo`. */
  doing(text: string): void {
    if (this.#session.options.output === 'text') this.#session.io.stderr.write(`◎ ${text}\n`)
  }

  /** It is done: a result. */
  done(entry: Entry, text: string): void {
    if (this.#session.options.output === 'text') this.#session.io.stdout.write(`✔ ${line(entry, text)}\n`)
  }

  /** A pass is over: a result with the message of Ready, or a failure. */
  ended(result: PassResult): void {
    if (result.ready) this.done(result, result.message)
    else this.#session.io.stderr.write(`✗ ${line(result, result.message)}\n`)
  }

  /** The objects as they are now. */
  async end(entries: readonly Entry[]): Promise<void> {
    const { io, options, namespace } = this.#session
    if (entries.length === 0) io.stderr.write(`✗ no objects found in ${scopeText(namespace)}\n`)
    if (options.output !== 'text')
      await printDocument({ items: entries.map(({ object }) => object) }, options.output, io)
  }
}

function line(entry: Entry, text: string): string {
  return `${labelOf(entry)}: ${quoteOutside(text.trim().replace(/\s+/g, ' '), 2000)}`
}
