import type { Tag } from '#core/image/reference.ts'
import type { HttpHeaders } from '../../http/headers.ts'
import type { Challenge } from '../challenge.ts'

/** What tells which software answers: the host as it stands in an image name, and what came from it. */
export interface Clue {
  readonly host: string
  readonly headers: HttpHeaders
  readonly challenge?: Challenge | undefined
}

/** A list of push times that a registry keeps beside the distribution API; read without credentials. */
export interface PushTimeApi {
  /** e.g. `https://hub.docker.com` */
  readonly origin: string
  /** Path of the list for a repository path. */
  path(repository: string): string
  /** Query of the first page, newest first. */
  readonly query: string
  /** Times (epoch ms) on a page, and the query of the next one; undefined for anything that is no such page. */
  read(
    json: unknown,
  ): { readonly times: readonly (readonly [Tag, number])[]; readonly next: string | undefined } | undefined
}

/** How one registry software or service differs from the others: data, and no code that acts. */
export interface Provider {
  readonly name: string
  readonly matches: (clue: Clue) => boolean
  /** The `n` to ask for; undefined: none, the whole list comes at once. */
  readonly pageSize: number | undefined
  /** Requests per second, where the general figure is too many. */
  readonly perSecond?: number
  /** What a token must permit, e.g. `pull`. */
  readonly actions: string
  /** Only GET of a manifest counts against the quota of pulls; everything else goes on when it is empty. */
  readonly countsPulls?: true
  /** What to do about a refusal (401, 403, 404), where the general advice can be bettered. */
  readonly hint?: (status: number, repository: string) => string | undefined
  readonly pushTimes?: PushTimeApi
}
