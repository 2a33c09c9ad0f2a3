/** Cuts a stream of bytes into the lines that it holds; what follows the last line end waits for more. */
export class Lines {
  readonly #maxBytes: number
  #rest: Buffer[] = []
  #restBytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The lines that a chunk completes, without their ends, empty ones left out. RangeError for one beyond `maxBytes`. */
  add(chunk: Buffer): readonly string[] {
    const lines: string[] = []
    let from = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      const line = this.#take(chunk.subarray(from, end))
      if (line !== '') lines.push(line)
      from = end + 1
    }
    this.#keep(chunk.subarray(from))
    return lines
  }

  #take(last: Buffer): string {
    if (this.#restBytes === 0) return last.toString()
    const line = Buffer.concat([...this.#rest, last]).toString()
    this.#rest = []
    this.#restBytes = 0
    return line
  }

  #keep(piece: Buffer): void {
    if (piece.byteLength === 0) return
    this.#restBytes += piece.byteLength
    if (this.#restBytes > this.#maxBytes) throw new RangeError(`a line has more than ${this.#maxBytes} bytes`)
    this.#rest.push(piece)
  }
}
