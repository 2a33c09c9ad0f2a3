import type { Clock, Log } from '#flow/ports.ts'
import { header } from '../http/headers.ts'
import { Writer } from './apply.ts'
import type { Cluster, ClusterRequestSeen, Gvr, KubeObject, ObjectName, ServedKind } from './cluster.ts'
import { Connection } from './connection.ts'
import type { Credentials } from './credentials.ts'
import { Discovery } from './discovery.ts'
import { isFailure } from './failure.ts'
import { listAll } from './list.ts'
import { objectIn } from './objects.ts'
import { labelOf, pathOf } from './paths.ts'
import { sender, type Send } from './request.ts'
import { Watcher, type WatchLimits } from './watch.ts'

export interface ClusterOptions {
  /** From `findCredentials` (kubeconfig.ts). */
  readonly credentials: Credentials
  /** e.g. `tagboat/0.1.0`. */
  readonly userAgent: string
  readonly clock: Clock
  readonly log: Log
  /** Told of every request, retries one by one. */
  readonly onRequest?: (seen: ClusterRequestSeen) => void
  readonly limits?: Partial<WatchLimits>
}

/** Every API server answers it, and cheaply. */
const versionCall = { verb: 'read', method: 'GET', path: '/version', resource: '', label: '/version' } as const

/** Opens a client; the first request connects. */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const { credentials, clock, log, onRequest = () => undefined } = options
  const connection = new Connection(options)
  const host = credentials.server.host
  const send = sender({ connection, clock, host, onRequest })
  const discovery = new Discovery(send)
  const writer = new Writer(send)
  const watchers = new Set<Watcher>()
  const kinds: Cluster['kinds'] = async (signal) => discovery.kinds(signal)
  return {
    server: credentials.server.origin,
    namespace: credentials.namespace,
    get: async (gvr, name, signal) => getObject(gvr, name, { send, signal }),
    list: async (gvr, scope, signal) => listAll(gvr, scope, { send, signal }),
    watch: (gvr, scope, listener) => {
      const watch = { connection, send, clock, log, host, onRequest, limits: options.limits ?? {} }
      const watcher = new Watcher({ gvr, scope }, listener, watch)
      watchers.add(watcher)
      void watcher.ended.finally(() => watchers.delete(watcher))
      return watcher
    },
    create: async (gvr, object, signal) => writer.create(gvr, object, signal),
    apply: async (gvr, object, how, signal) => writer.apply(gvr, object, { ...how, signal }),
    applyStatus: async (gvr, base, status, signal) => writer.applyStatus(gvr, { base, status, signal }),
    patch: async (gvr, name, patch, signal) => writer.patch(gvr, name, { patch, signal }),
    replace: async (gvr, object, signal) => writer.replace(gvr, object, signal),
    remove: async (gvr, name, signal) => writer.remove(gvr, name, signal),
    find: async (wanted, signal) => findKind(await kinds(signal), wanted),
    kinds,
    forgetKinds: () => discovery.forget(),
    read: async (path, signal) =>
      (await send({ verb: 'read', method: 'GET', path, resource: '', label: path }, signal)).value,
    review: async (gvr, object, signal) => writer.review(gvr, object, signal),
    serverTime: async (signal) => dateOf(await send(versionCall, signal)),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...watchers].map((watcher) => watcher[Symbol.asyncDispose]()))
      await connection[Symbol.asyncDispose]()
    },
  }
}

async function getObject(
  gvr: Gvr,
  name: ObjectName,
  { send, signal }: { readonly send: Send; readonly signal: AbortSignal },
): Promise<KubeObject | undefined> {
  const label = labelOf(gvr, name)
  try {
    const answer = await send(
      { verb: 'get', method: 'GET', path: pathOf(gvr, name), resource: gvr.resource, label },
      signal,
    )
    return objectIn(answer.value)
  } catch (error) {
    if (isFailure(error, 'CLUSTER_NOT_FOUND')) return undefined
    throw error
  }
}

function dateOf({ headers }: Awaited<ReturnType<Send>>): number | undefined {
  const at = Date.parse(header(headers, 'date') ?? '')
  return Number.isNaN(at) ? undefined : at
}

function findKind(
  kinds: readonly ServedKind[],
  { group, kind, versions }: { readonly group: string; readonly kind: string; readonly versions?: readonly string[] },
): ServedKind | undefined {
  const served = kinds.filter((one) => one.group === group && one.kind === kind)
  if (versions === undefined) return served[0]
  return versions.flatMap((version) => served.filter((one) => one.version === version))[0]
}
