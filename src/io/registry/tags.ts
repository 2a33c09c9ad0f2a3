import { AppError } from '#core/error.ts'
import type { Tag } from '#core/image/reference.ts'
import type { ListedTags } from '#flow/ports.ts'
import type { HttpAnswer } from '../http.ts'
import { headerValues } from '../http/headers.ts'
import type { Call, Exchange } from './exchange.ts'
import type { HostMemory } from './host-memory.ts'
import { JsonError } from './json-tokens.ts'
import type { RegistryLimits } from './options.ts'
import { nextQuery } from './paging.ts'
import { StatusError, tooManyTags } from './status-error.ts'
import { readTagPage, type TagPage } from './tag-page.ts'
import { TagSet } from './tag-set.ts'

/** What listing works with. */
export interface ListDeps {
  readonly exchange: Exchange
  readonly memory: HostMemory
  readonly limits: RegistryLimits
}

interface Page extends TagPage {
  /** Query of the next page; undefined at the end. */
  readonly next: string | undefined
}

const pageMs = 60_000
const smallPage = 100
const maxPagesWithoutNews = 4
/** A tag costs its text, and what the engine adds to it. */
const costPerTag = 48

/**
 * All tags of a repository; any page that fails fails the list. `REGISTRY_PAGING_LOOP`, `REGISTRY_BUDGET_EXCEEDED`,
 * and whatever the exchange fails with.
 */
export async function listTags(call: Call, deps: ListDeps, signal: AbortSignal): Promise<ListedTags> {
  const list = new TagList(call, deps)
  const pageSize = await list.readFirst(signal)
  while (list.next !== undefined) await list.readNext(list.next, pageSize, signal)
  return { tags: list.sorted(), dropped: list.dropped, requests: call.requests }
}

class TagList {
  readonly #call: Call
  readonly #deps: ListDeps
  #tags = new TagSet()
  #queries = new Set<string>()
  #invalid = 0
  #artefacts = 0
  #bytes = 0
  #pages = 0
  #pagesWithoutNews = 0
  next: string | undefined

  constructor(call: Call, deps: ListDeps) {
    this.#call = call
    this.#deps = deps
  }

  get dropped(): ListedTags['dropped'] {
    return { invalid: this.#invalid, artefact: this.#artefacts }
  }

  sorted(): readonly Tag[] {
    return this.#tags.descending()
  }

  /** The first page, by the largest page size that the registry takes; gives that size, undefined for none. */
  async readFirst(signal: AbortSignal): Promise<number | undefined> {
    const { memory } = this.#deps
    const { host } = this.#call.access.image
    const wished = memory.pageSize(host)
    for (const size of sizesFrom(wished)) {
      try {
        await this.#read(size === undefined ? '' : `n=${size}`, size, signal)
        if (size !== wished) memory.keepPageSize(host, size)
        // The answer may have shown that this software cuts lists at `n` without saying so.
        return size !== undefined && memory.pageSize(host) === undefined ? await this.#restart(signal) : size
      } catch (error) {
        if (size === undefined || !isSizeRefused(error)) throw error
      }
    }
    return undefined
  }

  async #restart(signal: AbortSignal): Promise<undefined> {
    this.#tags = new TagSet()
    this.#queries = new Set()
    this.#invalid = this.#artefacts = 0
    await this.#read('', undefined, signal)
    return undefined
  }

  async readNext(query: string, pageSize: number | undefined, signal: AbortSignal): Promise<void> {
    const { pages, smallPages } = this.#deps.limits
    const most = pageSize !== undefined && pageSize <= smallPage ? smallPages : pages
    if (this.#pages >= most) throw this.#exceeded(`more than ${most} pages`)
    await this.#read(query, pageSize, signal)
  }

  async #read(query: string, pageSize: number | undefined, signal: AbortSignal): Promise<void> {
    if (this.#queries.has(query)) throw this.#loop('a page names one that was read before')
    const page = await this.#ask(query, signal)
    if (page.isNull && this.#tags.size > 0) throw this.#malformed('tags is null after pages with tags')
    this.#queries.add(query)
    this.#pages += 1
    this.#bytes += page.bytes
    this.#add(page)
    this.next = page.next
    if (this.#bytes > this.#deps.limits.listBytes)
      throw this.#exceeded(`more than ${this.#deps.limits.listBytes} bytes`)
  }

  async #ask(query: string, signal: AbortSignal): Promise<Page> {
    const { image } = this.#call.access
    const { exchange, limits } = this.#deps
    const label =
      this.#pages === 0 ? `the tags of ${image.path}` : `page ${this.#pages + 1} of the tags of ${image.path}`
    return exchange(
      {
        call: this.#call,
        kind: 'tags',
        method: 'GET',
        target: `/v2/${image.path}/tags/list${query === '' ? '' : `?${query}`}`,
        accept: 'application/json',
        label,
        totalMs: pageMs,
        maxBytes: limits.pageBytes,
        costOf: ({ tags, bytes }: Page) => bytes + costPerTag * tags.length,
        read: (answer) => this.#readPage(answer),
      },
      signal,
    )
  }

  async #readPage(answer: HttpAnswer): Promise<Page> {
    const { tags } = this.#deps.limits
    try {
      const page = await readTagPage(answer.pieces(), (count) => {
        if (count > tags) throw this.#exceeded(`more than ${tags} tags`)
      })
      return { ...page, next: nextQuery(headerValues(answer.headers, 'link')) }
    } catch (error) {
      throw error instanceof JsonError ? this.#malformed(error.message) : error
    }
  }

  #add(page: TagPage): void {
    const before = this.#tags.size
    const most = this.#deps.limits.tags
    for (const tag of page.tags) {
      this.#tags.add(tag)
      if (this.#tags.size > most) throw this.#exceeded(`more than ${most} tags`)
    }
    this.#invalid += page.dropped.invalid
    this.#artefacts += page.dropped.artefact
    const hasNews = this.#tags.size > before || this.#pages === 1
    this.#pagesWithoutNews = hasNews ? 0 : this.#pagesWithoutNews + 1
    if (this.#pagesWithoutNews >= maxPagesWithoutNews)
      throw this.#loop(`${maxPagesWithoutNews} pages without a new tag`)
  }

  #exceeded(what: string): AppError {
    const so = `${this.#tags.size} tags in ${this.#pages} pages so far`
    return new AppError('REGISTRY_BUDGET_EXCEEDED', `${this.#about()}: ${what} (${so})`)
  }

  #loop(what: string): AppError {
    return new AppError('REGISTRY_PAGING_LOOP', `${this.#about()}: ${what} (after ${this.#pages} pages)`)
  }

  #malformed(what: string): AppError {
    return new AppError(
      'REGISTRY_BAD_RESPONSE',
      `${this.#about()}: page ${this.#pages + 1} is no list of tags: ${what}`,
    )
  }

  #about(): string {
    const { host, path } = this.#call.access.image
    return `${host}: the tags of ${path}`
  }
}

/** The size wished for, then a hundred, then none. */
function sizesFrom(wished: number | undefined): readonly (number | undefined)[] {
  if (wished === undefined) return [undefined]
  return wished <= smallPage ? [wished, undefined] : [wished, smallPage, undefined]
}

const otherMeanings = new Set([401, 403, 404, 408, 429, 499])

/** Registries refuse a large `n` by all sorts of client errors. */
function isSizeRefused(error: unknown): boolean {
  if (!(error instanceof StatusError)) return false
  const isClientError = error.status >= 400 && error.status < 500 && !otherMeanings.has(error.status)
  return isClientError || error.codes.includes(tooManyTags)
}
