import type { Digest } from '#core/image/digest.ts'
import { isTag } from '#core/image/reference.ts'
import { emptyRegistry, pushInto } from '#cli/demo/registry.ts'
import { ensureRepository, findManifest, putManifest } from '#cli/demo/registry/content.ts'
import type { ImageOptions } from '#cli/demo/registry/image.ts'
import { respond, type RegistryState } from '#cli/demo/registry/respond.ts'
import { parseRoute } from '#cli/demo/registry/route.ts'
import type { RegistryService } from '../services/registry.ts'
import { openListener, type Listener, type ListenerTls, type Seen } from './listener.ts'
import { openDoor, type Door, type FakeAuth } from './registry/auth.ts'
import { dockerHubRepository, respondDockerHub } from './registry/docker-hub.ts'
import type { Fault } from './registry/faults.ts'
import { respondTags, type ListQuirks } from './registry/lists.ts'
import type { Reply } from './wire.ts'

/** What a request is about. */
type RequestKind = 'ping' | 'token' | 'tags' | 'manifest' | 'blob' | 'referrers' | 'docker-hub' | 'other'

/** Which requests of a kind a fault befalls; the first is 1. Default: all. */
interface FaultTimes {
  readonly from?: number
  readonly to?: number
  readonly method?: string
}

/** How the registry is to be. */
export interface FakeRegistryOptions {
  readonly auth?: FakeAuth
  readonly lists?: ListQuirks
  readonly tls?: ListenerTls
  /** The referrers API answers 404, as before distribution 1.1. */
  readonly noReferrers?: boolean
}

/** The demo's registry with doors, quirks, faults and a record of all that was asked. */
export interface FakeRegistry extends RegistryService, Pick<Listener, 'seen' | 'port' | 'connections' | 'forget'> {
  readonly state: RegistryState
  /** Push times for Docker Hub's own API, epoch ms: `<repository>:<tag>` → time. */
  readonly pushedAt: Map<string, number>
  /** From now on this fault befalls requests of this kind (`any`: all), counted from here on. */
  fault(kind: RequestKind | 'any', fault: Fault, times?: FaultTimes): void
  /** No more faults. */
  heal(): void
  /** How many requests there were of a kind, or in all. */
  count(kind?: RequestKind): number
  /** No token that was given before admits any more. */
  expireTokens(): void
  deleteTag(repository: string, tag: string): void
}

interface Rule {
  readonly kind: RequestKind | 'any'
  readonly fault: Fault
  readonly times: FaultTimes
  asked: number
}

/** Opens a registry on a loopback port. */
export async function openFakeRegistry(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const state = emptyRegistry()
  const pushedAt = new Map<string, number>()
  const rules: Rule[] = []
  const door = openDoor(options.auth ?? { kind: 'none' }, () => listener.url)
  const answer = (request: Seen): Reply => {
    const right = answerRight({ state, pushedAt, door, options }, request)
    return rules.reduce((reply, rule) => (isMet(rule, request) ? rule.fault(reply, request) : reply), right)
  }
  const listener = await openListener(answer, options.tls)
  return {
    ...listener,
    state,
    pushedAt,
    fault: (kind, fault, times = {}) => void rules.push({ kind, fault, times, asked: 0 }),
    heal: () => void rules.splice(0),
    count: (kind) => listener.seen.filter((one) => kind === undefined || kindOf(one) === kind).length,
    expireTokens: () => door.expireTokens(),
    ...contentOf(state),
  }
}

function contentOf(state: RegistryState) {
  return {
    pushImage: async (image: ImageOptions) => pushInto(state, image),
    readManifest: async (repository: string, reference: string) => {
      return findManifest(ensureRepository(state.content, repository), reference)?.bytes ?? new Uint8Array()
    },
    pushManifest: async (repository: string, reference: string, mediaType: string, bytes: Uint8Array) => {
      putManifest(
        ensureRepository(state.content, repository),
        { mediaType, bytes },
        isTag(reference) ? reference : undefined,
      )
    },
    deleteManifest: async (repository: string, digest: Digest) => {
      const { tags, manifests } = ensureRepository(state.content, repository)
      manifests.delete(digest)
      for (const [tag, named] of tags) if (named === digest) tags.delete(tag)
    },
    deleteTag: (repository: string, tag: string) => void state.content.get(repository)?.tags.delete(tag),
  }
}

/** Counts the request for the rule, and says whether its turn has come. */
function isMet(rule: Rule, request: Seen): boolean {
  const { from = 1, to = Infinity, method = request.method } = rule.times
  if ((rule.kind !== 'any' && rule.kind !== kindOf(request)) || request.method !== method) return false
  rule.asked += 1
  return rule.asked >= from && rule.asked <= to
}

function kindOf({ path }: Seen): RequestKind {
  if (path === '/token') return 'token'
  if (dockerHubRepository(path) !== undefined) return 'docker-hub'
  const kind = parseRoute(path)?.kind ?? 'other'
  return kind === 'upload' ? 'other' : kind
}

interface Parts {
  readonly state: RegistryState
  readonly pushedAt: ReadonlyMap<string, number>
  readonly door: Door
  readonly options: FakeRegistryOptions
}

function answerRight({ state, pushedAt, door, options }: Parts, request: Seen): Reply {
  if (request.path === '/token') return door.token(request)
  const onHub = dockerHubRepository(request.path)
  if (onHub !== undefined) return respondDockerHub(state, pushedAt, onHub, request)
  const route = parseRoute(request.path)
  const repository = route === undefined || route.kind === 'ping' ? undefined : route.repository
  const refusal = door.refuse(request, repository)
  if (refusal !== undefined) return refusal
  if (route?.kind === 'tags') return respondTags(state, options.lists ?? {}, route.repository, request)
  if (route?.kind === 'referrers' && options.noReferrers === true)
    return { status: 404, headers: {}, body: new Uint8Array() }
  return respond(state, request)
}
