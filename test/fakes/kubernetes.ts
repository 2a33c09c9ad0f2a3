import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { aggregated, plain } from './kubernetes/discovery.ts'
import type { Json, Stored } from './kubernetes/json.ts'
import { Lists } from './kubernetes/lists.ts'
import { collectionOf, keyOf, Objects } from './kubernetes/objects.ts'
import { parseTarget, type Target } from './kubernetes/target.ts'
import { notFound, Refused } from './kubernetes/status.ts'
import { Store, type FakeKind } from './kubernetes/store.ts'
import { Watches } from './kubernetes/watches.ts'

export type { FakeKind } from './kubernetes/store.ts'

/** What goes wrong with a request instead of being answered. */
export type ServerFault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | { readonly delayMs: number }
  | 'stall'
  | 'reset'

/** An object as a test writes it. */
export type FakeObject = Json & { readonly metadata: Json & { readonly name: string; readonly namespace?: string } }

/** A request that was seen. */
interface FakeRequest {
  readonly method: string
  /** With query. */
  readonly target: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<IncomingMessage['headers']>
  readonly body: unknown
}

/** An API server in this process, with true watch semantics and switches for bad days. */
export interface FakeKubernetes extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly requests: readonly FakeRequest[]
  /** Connections ever accepted (TLS handshakes, with TLS). */
  connections(): number
  /** Serves a kind from now on; `unserve` deletes its objects with it, as a deleted CRD does. */
  serve(kind: FakeKind): void
  unserve(kind: FakeKind): void
  /** Stops serving one version of a kind; its objects stay. */
  stopServing(kind: FakeKind): void
  /** Writes an object past the HTTP side, as somebody else would; whole, status included. */
  put(kind: FakeKind, object: FakeObject): Stored
  remove(kind: FakeKind, name: { readonly namespace?: string; readonly name: string }): void
  get(kind: FakeKind, name: { readonly namespace?: string; readonly name: string }): Stored | undefined
  /** The next `times` requests that match go wrong. */
  fail(matches: (request: FakeRequest) => boolean, fault: ServerFault, times?: number): void
  /** Bearer token → user; undefined: everybody is admitted. */
  admit(tokens: ReadonlyMap<string, string> | undefined): void
  /** Who may do what: `spec` of an access review → is it allowed? Until it is set, everybody may do everything. */
  allow(decide: (spec: Json) => boolean): void
  readonly watches: Pick<Watches, 'faults' | 'cut' | 'freeze' | 'bookmark' | 'open'>
  /** Versions up to now are gone: watches from them and page tokens answer 410. */
  compact(): void
  /** Lists answer from now on as they would have at this moment, until called with false. */
  freezeLists(isFrozen?: boolean): void
  /** Refuses the aggregated form of discovery, as servers before 1.27. */
  readonly discovery: { isPlain: boolean }
}

export interface FakeOptions {
  readonly kinds: readonly FakeKind[]
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca?: string }
  readonly port?: number
}

/** Starts one on a loopback port. */
export async function startFakeKubernetes({ kinds, tls, port = 0 }: FakeOptions): Promise<FakeKubernetes> {
  const fake = new Fake(kinds)
  const listen = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    fake.serveRequest(incoming, outgoing).catch(() => outgoing.destroy())
  }
  const server: Server =
    tls === undefined
      ? createServer(listen)
      : createTlsServer({ ...tls, requestCert: tls.ca !== undefined, rejectUnauthorized: false }, listen)
  server.on(tls === undefined ? 'connection' : 'secureConnection', () => (fake.accepted += 1))
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  return Object.assign(fake.face(), {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${address.port}`,
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  })
}

const reviews = /^\/apis\/authorization\.k8s\.io\/v1\/(self)?subjectaccessreviews$/

class Fake {
  accepted = 0
  readonly #kinds: FakeKind[]
  readonly #store = new Store()
  readonly #objects = new Objects(this.#store)
  readonly #lists = new Lists(this.#store)
  readonly #watches = new Watches(this.#store)
  readonly #requests: FakeRequest[] = []
  readonly #faults: { matches: (request: FakeRequest) => boolean; fault: ServerFault; left: number }[] = []
  readonly #discovery = { isPlain: false }
  #tokens: ReadonlyMap<string, string> | undefined
  #mayDo: (spec: Json) => boolean = () => true

  constructor(kinds: readonly FakeKind[]) {
    this.#kinds = [...kinds]
  }

  face(): Omit<FakeKubernetes, 'url' | 'port' | keyof AsyncDisposable> {
    return {
      requests: this.#requests,
      connections: () => this.accepted,
      serve: (kind) => void this.#kinds.push(kind),
      unserve: (kind) => {
        for (const { metadata } of this.#store.list(collectionOf(kind))) this.#removeNow(kind, metadata)
        this.#stopServing(kind)
      },
      stopServing: (kind) => this.#stopServing(kind),
      put: (kind, object) => this.#putNow(kind, object),
      remove: (kind, name) => this.#removeNow(kind, name),
      get: (kind, { namespace, name }) => this.#store.get(collectionOf(kind), keyOf(namespace, name))?.object,
      fail: (matches, fault, times = 1) => void this.#faults.push({ matches, fault, left: times }),
      admit: (tokens) => (this.#tokens = tokens),
      allow: (decide) => (this.#mayDo = decide),
      watches: this.#watches,
      compact: () => {
        this.#store.compact()
        this.#lists.forget()
      },
      freezeLists: (isFrozen = true) => this.#lists.freeze(isFrozen),
      discovery: this.#discovery,
    }
  }

  async serveRequest(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = await readRequest(incoming)
    this.#requests.push(request)
    const fault = this.#takeFault(request)
    if (fault === 'stall') return
    if (fault === 'reset') return void outgoing.socket?.resetAndDestroy()
    if (fault !== undefined && 'delayMs' in fault) await sleep(fault.delayMs)
    else if (fault !== undefined) return answer(outgoing, fault.status, fault.body ?? '', fault.headers)
    try {
      this.#route(request, outgoing)
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      answer(outgoing, error.status, error.body)
    }
  }

  #takeFault(request: FakeRequest): ServerFault | undefined {
    const armed = this.#faults.find(({ matches, left }) => left > 0 && matches(request))
    if (armed === undefined) return undefined
    armed.left -= 1
    return armed.fault
  }

  #route(request: FakeRequest, outgoing: ServerResponse): void {
    const { path, query, method } = request
    const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    if (this.#tokens !== undefined && !this.#tokens.has(token)) throw new Refused(401, 'Unauthorized', 'Unauthorized')
    if (path === '/version') return answer(outgoing, 200, { major: '1', minor: '36', gitVersion: 'v1.36.0-fake' })
    if (path === '/readyz' || path === '/livez') return answer(outgoing, 200, 'ok', { 'content-type': 'text/plain' })
    if (method === 'POST' && reviews.test(path)) return answer(outgoing, 201, this.#review(request.body))
    const target = parseTarget(path, this.#kinds)
    if (target === undefined) return this.#discover(request, outgoing)
    if (method === 'GET' && target.name === '' && isTrue(query.get('watch'))) {
      return this.#watches.start(
        { collection: collectionOf(target.kind), namespace: target.namespace, query },
        outgoing,
      )
    }
    answer(outgoing, method === 'POST' ? 201 : 200, this.#answerTo(request, target))
  }

  #review(body: unknown): Json {
    const asked = body as Json
    return { ...asked, metadata: {}, status: { allowed: this.#mayDo(asked['spec'] as Json) } }
  }

  #answerTo(request: FakeRequest, target: Target): unknown {
    const type = (request.headers['content-type'] ?? '').split(';')[0] ?? ''
    const write = { ...target, query: request.query, type, body: request.body }
    switch (request.method) {
      case 'GET':
        return target.name === '' ? this.#lists.page(target, request.query) : this.#objects.read(target).object
      case 'POST':
        return this.#objects.create(write)
      case 'PUT':
        return this.#objects.replace(write)
      case 'PATCH':
        return this.#objects.patch(write)
      case 'DELETE':
        return this.#objects.remove(write)
      default:
        throw new Refused(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource')
    }
  }

  #discover({ path, headers }: FakeRequest, outgoing: ServerResponse): void {
    const isAggregated = !this.#discovery.isPlain && (headers.accept ?? '').includes('APIGroupDiscoveryList')
    if (isAggregated && (path === '/api' || path === '/apis')) {
      const body = JSON.stringify(aggregated(this.#kinds, path === '/api'))
      const etag = `"${body.length}-${this.#kinds.length}"`
      if (headers['if-none-match'] === etag) return answer(outgoing, 304, '')
      return answer(outgoing, 200, body, { etag, 'content-type': 'application/json' })
    }
    const found = plain(this.#kinds, path)
    if (found !== undefined) answer(outgoing, 200, found)
    else answer(outgoing, 404, '404 page not found\n', { 'content-type': 'text/plain' })
  }

  #stopServing(kind: FakeKind): void {
    this.#kinds.splice(0, this.#kinds.length, ...this.#kinds.filter((one) => one !== kind))
    this.#watches.cut()
  }

  #putNow(kind: FakeKind, object: FakeObject): Stored {
    const { namespace, name } = object.metadata
    const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`
    const owners = this.#store.get(collectionOf(kind), keyOf(namespace, name))?.owners ?? new Map()
    return this.#store.put(collectionOf(kind), keyOf(namespace, name), {
      object: { apiVersion, kind: kind.kind, ...object },
      owners,
    })
  }

  #removeNow(kind: FakeKind, { namespace, name }: { readonly namespace?: string; readonly name: string }): void {
    if (this.#store.remove(collectionOf(kind), keyOf(namespace, name)) === undefined)
      throw notFound(kind.resource, kind.group, name)
  }
}

async function readRequest(incoming: IncomingMessage): Promise<FakeRequest> {
  const { method = 'GET', url: target = '/', headers } = incoming
  const { pathname: path, searchParams: query } = new URL(target, 'http://fake')
  const sent = await text(incoming)
  return { method, target, path, query, headers, body: sent === '' ? undefined : (JSON.parse(sent) as unknown) }
}

function answer(
  outgoing: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers })
  outgoing.end(typeof body === 'string' ? body : JSON.stringify(body))
}

function isTrue(value: string | null): boolean {
  return value === '1' || value === 'true'
}
