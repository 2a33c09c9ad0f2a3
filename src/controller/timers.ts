interface Timer {
  readonly name: string
  at: number
}

/** Names with the time at which each is due, the earliest first: a binary heap that knows where each name stands. */
export class Timers {
  readonly #heap: Timer[] = []
  readonly #places = new Map<string, number>()

  get size(): number {
    return this.#heap.length
  }

  has(name: string): boolean {
    return this.#places.has(name)
  }

  /** Makes a name due at a time, whenever it was before. */
  set(name: string, at: number): void {
    const place = this.#places.get(name)
    const timer = place === undefined ? undefined : this.#heap[place]
    if (place === undefined || timer === undefined) {
      this.#put({ name, at }, this.#heap.length)
      this.#rise(this.#heap.length - 1)
      return
    }
    timer.at = at
    this.#rise(place)
    this.#sink(this.#places.get(name) ?? place)
  }

  delete(name: string): void {
    const place = this.#places.get(name)
    if (place === undefined) return
    const last = this.#heap.pop()
    this.#places.delete(name)
    if (last === undefined || last.name === name) return
    this.#put(last, place)
    this.#rise(place)
    this.#sink(this.#places.get(last.name) ?? place)
  }

  clear(): void {
    this.#heap.length = 0
    this.#places.clear()
  }

  /** When the first is due; undefined: there is none. */
  nextAt(): number | undefined {
    return this.#heap[0]?.at
  }

  /** Takes out every name that is due, in the order of their times. */
  takeDue(now: number): readonly string[] {
    const due: string[] = []
    for (let [first] = this.#heap; first !== undefined && first.at <= now; [first] = this.#heap) {
      due.push(first.name)
      this.delete(first.name)
    }
    return due
  }

  #put(timer: Timer, place: number): void {
    this.#heap[place] = timer
    this.#places.set(timer.name, place)
  }

  #rise(start: number): void {
    for (let place = start; place > 0;) {
      const parent = (place - 1) >> 1
      if (!this.#isEarlier(place, parent)) return
      this.#swap(place, parent)
      place = parent
    }
  }

  #sink(start: number): void {
    for (let place = start; ;) {
      const left = 2 * place + 1
      const child = this.#isEarlier(left + 1, left) ? left + 1 : left
      if (!this.#isEarlier(child, place)) return
      this.#swap(place, child)
      place = child
    }
  }

  #isEarlier(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a], this.#heap[b]]
    return one !== undefined && other !== undefined && one.at < other.at
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#heap[a], this.#heap[b]]
    if (one === undefined || other === undefined) return
    this.#put(one, b)
    this.#put(other, a)
  }
}
