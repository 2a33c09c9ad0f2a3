import type { ObjectEvent } from '#core/api/condition.ts'
import type { AnyResource } from '#core/api/kinds.ts'
import { keyOf, keyText, type ObjectRef } from '#core/api/object-ref.ts'
import type { Digest } from '#core/image/digest.ts'
import type { Tag } from '#core/image/reference.ts'
import { secretData, type SecretObject } from '#core/secret/secret-object.ts'
import type { GitReader, GitWriter, Ports, RegistryClient, Resource, TreeFile } from '#flow/ports.ts'
import { systemHashes } from '#io/hash.ts'
import { MemoryScanStore } from '#io/store/memory.ts'

/** A world of values: what exists, and what its edges do otherwise than well. */
export interface Scene {
  readonly objects: readonly AnyResource[]
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly tags?: readonly string[]
  /** Marked files of the repository, at every commit. */
  readonly files?: Readonly<Record<string, string>>
  readonly registry?: Partial<RegistryClient>
  readonly git?: Partial<GitReader & GitWriter>
  readonly settings?: Partial<Ports['settings']>
  readonly fenced?: boolean
}

export interface MemoryWorld {
  readonly ports: Ports
  /** What was told and written, in order; statuses by the object's name. */
  readonly events: ObjectEvent[]
  readonly writes: string[]
  get(key: ObjectRef): Resource
  /** Puts an object in the place of the one by its name. */
  put(object: AnyResource): void
  /** Moves the clock. */
  pass(ms: number): void
}

/** The commit that every branch is at, and the first that is made. */
export const head = '1'.repeat(40)
export const made = '2'.repeat(40)
export const digest = `sha256:${'d'.repeat(64)}` as Digest

/** Fails as an edge does. */
export function failing(error: Error): () => Promise<never> {
  return async () => {
    throw error
  }
}

/** Ports over values; nothing leaves the process. */
export function memoryWorld(scene: Scene): MemoryWorld {
  const objects = new Map(scene.objects.map((object) => [keyText(keyOf(object)), object]))
  const git = { ...calmGit(scene), ...scene.git }
  const events: ObjectEvent[] = []
  const writes: string[] = []
  let now = Date.parse('2026-01-01T00:00:00Z')
  const found = (key: ObjectRef) => objects.get(keyText(key))
  const ports: Ports = {
    settings: { crossNamespaceRefs: true, lastChoice: 'status', ownCredentials: false, ...scene.settings },
    resources: {
      get: async (key) => found(key),
      list: async () => [...objects.values()],
      secret: async (namespace, name) => secretOf(scene, namespace, name),
      pullSecrets: async () => undefined,
      namespaceLabels: async () => ({}),
    },
    resourceWriter: {
      putStatus: async (target, status) => {
        const object = found(target)
        if (object === undefined) return
        writes.push(`${target.kind}/${target.name}`)
        objects.set(keyText(target), { ...object, status })
      },
      putEvents: async (_key, told) => void events.push(...told),
    },
    registry: { ...calmRegistry(scene), ...scene.registry },
    scans: new MemoryScanStore(),
    evidence: { of: async () => new Map() },
    git,
    gitWriter: git,
    markers: { load: async () => undefined, save: async () => {} },
    compute: { run: async (task, input) => task.run(input) },
    fence: { check: async () => scene.fenced !== true },
    clock: { now: () => now, monotonic: () => now, sleep: async () => {}, random: () => 0.5 },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    probe: { at: async () => {} },
    hashes: systemHashes,
  }
  return {
    ports,
    events,
    writes,
    get(key) {
      const object = found(key)
      if (object === undefined) throw new Error(`there is no ${keyText(key)}`)
      return object
    },
    put: (object) => void objects.set(keyText(keyOf(object)), object),
    pass: (ms) => void (now += ms),
  }
}

function secretOf({ secrets = {} }: Scene, namespace: string, name: string): SecretObject | undefined {
  const data = secrets[name]
  return data && { namespace, name, type: 'Opaque', resourceVersion: '1', data: secretData(Object.entries(data)) }
}

function calmRegistry({ tags = ['1.0.0'] }: Scene): RegistryClient {
  return {
    listTags: async () => ({ tags: tags.toReversed() as Tag[], dropped: { invalid: 0, artefact: 0 }, requests: 1 }),
    resolve: async () => ({ digest, mediaType: 'application/vnd.oci.image.manifest.v1+json', size: 1 }),
    manifest: async () => undefined,
    blob: async () => undefined,
    referrers: async () => [],
    pushTimes: async () => undefined,
  }
}

function calmGit({ files = {} }: Scene): GitReader & GitWriter {
  const tips = new Map<string, string>()
  let commits = 2
  const tree = Object.entries(files).map(([path, text]): TreeFile => {
    return { path, mode: '100644', blob: path, size: text.length, text }
  })
  return {
    remoteRefs: async (_remote, refs) => {
      return { refs: new Map(refs.map((ref) => [ref, tips.get(ref) ?? head])), head: 'refs/heads/main' }
    },
    fetch: async () => {},
    files: async () => tree,
    read: async () => new Map(),
    log: async (_remote, { from, except }) => {
      const committer = { name: 'A', email: 'a@example.com', at: 0 }
      return except === undefined ? [{ id: from, tree: '9'.repeat(40), parents: [], committer, message: '' }] : []
    },
    commit: async () => String(commits++).repeat(40),
    push: async (_remote, { updates }) => {
      for (const { ref, commit } of updates) tips.set(ref, commit)
      return { kind: 'pushed' }
    },
  }
}
