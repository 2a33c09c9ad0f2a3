import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { failed, type Operation } from './operation.ts'

/** What `info` says of an object. */
interface ObjectHeader {
  readonly id: string
  readonly type: string
  readonly size: number
}

/** An object with its bytes. */
export interface GitObject extends ObjectHeader {
  readonly body: Buffer
}

/** One long-running `git cat-file` on a mirror: a spawn for any number of reads. */
export interface Batch extends AsyncDisposable {
  /** Headers of objects by name (`<id>`, `<id>^{tree}`), in order; undefined where there is none. */
  headers(names: readonly string[]): Promise<readonly (ObjectHeader | undefined)[]>
  /** The same with their bytes. */
  contents(names: readonly string[]): Promise<readonly (GitObject | undefined)[]>
}

interface Waiting {
  readonly command: 'info' | 'contents'
  readonly resolve: (answer: GitObject | undefined) => void
  readonly reject: (error: unknown) => void
}

/**
 * Starts the process. This is our own spawn and not simple-git's: that one gives its input once, before the process
 * starts, and its output once, after the end, while each read here depends on what the reads before it found.
 */
export function openBatch(operation: Operation): Batch {
  const child = spawn(operation.workspace.git, ['cat-file', '--batch-command', '--buffer'], {
    cwd: operation.folder,
    env: { ...operation.environment },
    detached: true,
  })
  const answers = new Answers(child, operation)
  const ask = async (
    command: Waiting['command'],
    names: readonly string[],
  ): Promise<readonly (GitObject | undefined)[]> => {
    if (names.length === 0) return []
    const asked = names.map(async () => answers.next(command))
    child.stdin.write(`${names.map((name) => `${command} ${name}\n`).join('')}flush\n`)
    return Promise.all(asked)
  }
  return {
    headers: async (names) => ask('info', names),
    contents: async (names) => ask('contents', names),
    [Symbol.asyncDispose]: async () => {
      child.stdin.end()
      // Reading is over; what it still prints is not needed.
      child.kill('SIGKILL')
      await answers.ended
    },
  }
}

/** Cuts the output into answers: `<id> <type> <size>\n`, for contents then the bytes and `\n`; or `<name> missing\n`. */
class Answers {
  readonly ended: Promise<void>
  readonly #waiting: Waiting[] = []
  #chunks: Buffer[] = []
  #length = 0
  /** How much must be there before another look is worth it. */
  #needed = 1
  #header: ObjectHeader | undefined
  #failure: unknown

  constructor(child: ChildProcessWithoutNullStreams, operation: Operation) {
    const errors: Buffer[] = []
    child.stdin.on('error', () => undefined)
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
    child.stdout.on('data', (chunk: Buffer) => this.#add(chunk))
    const stop = (): void => void child.kill('SIGKILL')
    operation.signal.addEventListener('abort', stop, { once: true })
    if (operation.signal.aborted) stop()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.ended = promise
    child.on('error', (error) => errors.push(Buffer.from(String(error))))
    child.on('close', (code) => {
      operation.signal.removeEventListener('abort', stop)
      this.#fail(failed(operation, { code: code ?? -1, stderr: Buffer.concat(errors).toString() }))
      resolve()
    })
  }

  async next(command: Waiting['command']): Promise<GitObject | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<GitObject | undefined>()
    if (this.#failure === undefined) this.#waiting.push({ command, resolve, reject })
    else reject(this.#failure)
    return promise
  }

  #fail(error: unknown): void {
    this.#failure = error
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }

  #add(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#length += chunk.length
    if (this.#length >= this.#needed) this.#cut(Buffer.concat(this.#chunks, this.#length))
  }

  /** Gives out every answer that is complete, and keeps the rest for the next chunk. */
  #cut(bytes: Buffer): void {
    let at = 0
    for (let next = this.#answerAt(bytes, at); next !== undefined; next = this.#answerAt(bytes, at)) at = next
    const rest = bytes.subarray(at)
    this.#chunks = [rest]
    this.#length = rest.length
    this.#needed = this.#header === undefined ? rest.length + 1 : this.#header.size + 1
  }

  /** Takes one step at this place; undefined when more bytes are needed. */
  #answerAt(bytes: Buffer, at: number): number | undefined {
    const [first] = this.#waiting
    if (first === undefined) return undefined
    if (this.#header !== undefined) return this.#bodyAt(bytes, at, this.#header)
    const end = bytes.indexOf(0x0a, at)
    if (end < 0) return undefined
    const [id = '', type = '', size] = bytes.toString('latin1', at, end).split(' ')
    const header = size === undefined ? undefined : { id, type, size: Number(size) }
    if (header === undefined || first.command === 'info') this.#answer(header && { ...header, body: Buffer.alloc(0) })
    else this.#header = header
    return end + 1
  }

  #bodyAt(bytes: Buffer, at: number, header: ObjectHeader): number | undefined {
    const end = at + header.size
    if (bytes.length <= end) return undefined
    this.#header = undefined
    this.#answer({ ...header, body: bytes.subarray(at, end) })
    return end + 1
  }

  #answer(object: GitObject | undefined): void {
    this.#waiting.shift()?.resolve(object)
  }
}
