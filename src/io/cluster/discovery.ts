import { AppError } from '#core/error.ts'
import { orAborted } from '../http/deadline.ts'
import { header } from '../http/headers.ts'
import type { ServedKind } from './cluster.ts'
import { isFailure } from './failure.ts'
import { isRecord } from './objects.ts'
import type { Send } from './request.ts'

/** All of a group at once since Kubernetes 1.27; a server that does not know it answers with the plain form. */
const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'

const lifetime = new AbortController().signal

type Json = Readonly<Record<string, unknown>>

/** Kinds of one root (`/api`, `/apis`) with the mark by which the server says that nothing has changed. */
interface Root {
  readonly kinds: readonly ServedKind[]
  readonly etag: string | undefined
}

/**
 * What the server serves. Asked once and kept until `forget`; then the server is asked whether anything has changed.
 * Order: groups as the server prefers them, within one its preferred version first. Subresources are left out.
 */
export class Discovery {
  readonly #send: Send
  readonly #roots = new Map<string, Root>()
  #fresh: Promise<readonly ServedKind[]> | undefined

  constructor(send: Send) {
    this.#send = send
  }

  forget(): void {
    this.#fresh = undefined
  }

  /** Asked for all who wait, so that none of them can end it for the others; every request has its own deadline. */
  async kinds(signal: AbortSignal): Promise<readonly ServedKind[]> {
    const asking = (this.#fresh ??= this.#ask(lifetime))
    asking.catch(() => {
      if (this.#fresh === asking) this.#fresh = undefined
    })
    try {
      return await orAborted(asking, signal, () => undefined)
    } catch (error) {
      if (error instanceof AppError) throw error
      throw new AppError('CANCELLED', 'stopped while the kinds were read')
    }
  }

  async #ask(signal: AbortSignal): Promise<readonly ServedKind[]> {
    const roots = await Promise.all(['/api', '/apis'].map((path) => this.#askRoot(path, signal)))
    return roots.flat()
  }

  async #askRoot(path: string, signal: AbortSignal): Promise<readonly ServedKind[]> {
    const known = this.#roots.get(path)
    const answer = await this.#send(
      {
        ...discovery(path),
        accept: aggregated,
        accepts: [304],
        ...(known?.etag !== undefined && { headers: { 'if-none-match': known.etag } }),
      },
      signal,
    )
    if (answer.status === 304 && known !== undefined) return known.kinds
    const { value } = answer
    if (!isRecord(value)) throw new AppError('CLUSTER_MALFORMED', `${path}: the answer is no list of kinds`)
    const isAggregated = value['kind'] === 'APIGroupDiscoveryList'
    const kinds = isAggregated ? aggregatedKinds(value) : await this.#plainKinds(path, value, signal)
    this.#roots.set(path, { kinds, etag: isAggregated ? header(answer.headers, 'etag') : undefined })
    return kinds
  }

  /** The form of old: names of groups, then one request for each version. */
  async #plainKinds(path: string, value: Json, signal: AbortSignal): Promise<readonly ServedKind[]> {
    const versions =
      path === '/api' ? list(value['versions']).map(String) : list(value['groups']).flatMap(groupVersions)
    const each = versions.map((groupVersion) => this.#plainVersion(path, groupVersion, signal))
    return (await Promise.all(each)).flat()
  }

  async #plainVersion(path: string, groupVersion: string, signal: AbortSignal): Promise<readonly ServedKind[]> {
    try {
      const { value } = await this.#send(discovery(`${path}/${groupVersion}`), signal)
      const [version = '', group = ''] = groupVersion.split('/').toReversed()
      return isRecord(value) ? list(value['resources']).flatMap((one) => plainKind(one, { group, version })) : []
    } catch (error) {
      // One aggregated server that is down must not hide all the others.
      if (isFailure(error, 'CLUSTER_UNAVAILABLE', 'CLUSTER_KIND_MISSING')) return []
      throw error
    }
  }
}

function discovery(path: string) {
  return { verb: 'discover', method: 'GET', path, resource: '', label: `kinds of ${path}` } as const
}

function aggregatedKinds(value: Json): readonly ServedKind[] {
  return records(value['items']).flatMap((item) => {
    const group = isRecord(item['metadata']) ? text(item['metadata']['name']) : ''
    return records(item['versions']).flatMap((version) => {
      return records(version['resources']).flatMap((one) => aggregatedKind(one, group, text(version['version'])))
    })
  })
}

function aggregatedKind(one: Json, group: string, version: string): readonly ServedKind[] {
  const kind = isRecord(one['responseKind']) ? text(one['responseKind']['kind']) : ''
  const resource = text(one['resource'])
  if (resource === '' || kind === '') return []
  return [
    {
      group,
      version,
      resource,
      kind,
      namespaced: one['scope'] === 'Namespaced',
      verbs: list(one['verbs']).map(String),
      shortNames: list(one['shortNames']).map(String),
    },
  ]
}

function groupVersions(group: unknown): readonly string[] {
  if (!isRecord(group)) return []
  const versions = records(group['versions']).map((one) => text(one['groupVersion']))
  const preferred = isRecord(group['preferredVersion']) ? text(group['preferredVersion']['groupVersion']) : ''
  return [...versions.filter((one) => one === preferred), ...versions.filter((one) => one !== preferred)]
}

function plainKind(one: unknown, { group, version }: { group: string; version: string }): readonly ServedKind[] {
  if (!isRecord(one)) return []
  const resource = text(one['name'])
  if (resource === '' || resource.includes('/')) return [] // pods/log
  const { kind, namespaced, verbs, shortNames } = one
  return [
    {
      group,
      version,
      resource,
      kind: text(kind),
      namespaced: namespaced === true,
      verbs: list(verbs).map(String),
      shortNames: list(shortNames).map(String),
    },
  ]
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function records(value: unknown): readonly Json[] {
  return list(value).filter(isRecord)
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
