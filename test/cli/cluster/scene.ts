import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram } from '#cli/program.ts'
import type { CommandIo } from '#cli/io.ts'
import { until } from '../../conformance/cluster.scene.ts'
import { startFakeKubernetes, type FakeKind, type FakeKubernetes, type FakeObject } from '../../fakes/kubernetes.ts'
import { temporaryFolder } from '../../services/temporary-folder.ts'
import { memoryIo, type MemoryIo } from '../memory-io.ts'

/** Kinds by short names of their own, as the fake serves them. */
export const kinds = {
  images: kind('tagboat.dev', 'v1', 'imagerepositories', 'ImageRepository'),
  policies: kind('tagboat.dev', 'v1', 'imagepolicies', 'ImagePolicy'),
  updates: kind('tagboat.dev', 'v1', 'imageupdateautomations', 'ImageUpdateAutomation'),
  sources: kind('tagboat.dev', 'v1', 'gitrepositories', 'GitRepository'),
  fluxImages: kind('image.toolkit.fluxcd.io', 'v1', 'imagerepositories', 'ImageRepository'),
  fluxPolicies: kind('image.toolkit.fluxcd.io', 'v1', 'imagepolicies', 'ImagePolicy'),
  fluxUpdates: kind('image.toolkit.fluxcd.io', 'v1', 'imageupdateautomations', 'ImageUpdateAutomation'),
  fluxSources: kind('source.toolkit.fluxcd.io', 'v1', 'gitrepositories', 'GitRepository'),
  oldSources: kind('source.toolkit.fluxcd.io', 'v1beta2', 'gitrepositories', 'GitRepository'),
  events: kind('events.k8s.io', 'v1', 'events', 'Event'),
  leases: kind('coordination.k8s.io', 'v1', 'leases', 'Lease'),
} as const satisfies Record<string, FakeKind>

export const ownKinds: readonly FakeKind[] = [kinds.images, kinds.policies, kinds.updates, kinds.sources, kinds.events]

function kind(group: string, version: string, resource: string, name: string): FakeKind {
  return { group, version, resource, kind: name, namespaced: true }
}

/** A command that runs until it ends by itself or is stopped. */
interface Started {
  readonly io: MemoryIo
  readonly ended: Promise<number>
  readonly stop: () => Promise<number>
}

/** A fake cluster with a kubeconfig, and the command line against it. */
export interface CommandScene extends AsyncDisposable {
  readonly fake: FakeKubernetes
  readonly kubeconfig: string
  readonly folder: string
  /** Runs a command to its end. */
  run(
    words: string,
    io?: Partial<CommandIo>,
  ): Promise<{ readonly code: number; readonly out: string; readonly err: string }>
  /** Begins a command that ends when it is stopped. */
  start(words: string): Started
}

export async function openScene(served: readonly FakeKind[] = ownKinds): Promise<CommandScene> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder('commands'))
  const fake = stack.use(await startFakeKubernetes({ kinds: served }))
  const kubeconfig = join(folder.path, 'kubeconfig')
  await writeFile(kubeconfig, JSON.stringify(configOf(fake.url)))
  const owned = stack.move()
  const argv = (words: string) => [...words.split(' '), '--kubeconfig', kubeconfig]
  return {
    fake,
    kubeconfig,
    folder: folder.path,
    async run(words, options = {}) {
      const io = memoryIo({ cwd: folder.path, ...options })
      const code = await runProgram(argv(words), io)
      return { code, out: io.out(), err: io.err() }
    },
    start(words) {
      const stopping = new AbortController()
      const io = memoryIo({ cwd: folder.path, signal: stopping.signal })
      const ended = runProgram(argv(words), io)
      return {
        io,
        ended,
        stop: async () => {
          stopping.abort()
          return ended
        },
      }
    },
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  }
}

function configOf(server: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server } }],
    users: [{ name: 'test', user: { token: 'token' } }],
    contexts: [
      { name: 'test', context: { cluster: 'test', user: 'test', namespace: 'apps' } },
      { name: 'other', context: { cluster: 'test', user: 'test' } },
    ],
  }
}

type Fields = Readonly<Record<string, unknown>>

/** An object of the namespace `apps`, Ready as its controller has left it. */
export function object(
  name: string,
  { spec = {}, status = {}, ready = true, message = 'all is well', ...metadata }: ObjectParts = {},
): FakeObject {
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False', reason: 'Any', message }]
  return { metadata: { name, namespace: 'apps', ...metadata }, spec, status: { conditions, ...status } }
}

interface ObjectParts {
  readonly spec?: Fields
  readonly status?: Fields
  readonly ready?: boolean
  readonly message?: string
  readonly namespace?: string
  readonly annotations?: Readonly<Record<string, string>>
}

/** Plays the controller once: handles the request of an object, as soon as there is one, and says how it went. */
export async function handle(
  fake: FakeKubernetes,
  of: FakeKind,
  { name, ...parts }: ObjectParts & { readonly name: string },
): Promise<void> {
  const requested = () => textOf(fake.get(of, { namespace: 'apps', name }), 'reconcile.fluxcd.io/requestedAt')
  const handled = JSON.stringify(fake.get(of, { namespace: 'apps', name })?.['status'] ?? {})
  await until(() => requested() !== '' && !handled.includes(requested()))
  const live = fake.get(of, { namespace: 'apps', name })
  if (live === undefined) throw new Error(`${name} is gone`)
  const { status } = object(name, { ...parts, status: { lastHandledReconcileAt: requested(), ...parts.status } })
  fake.put(of, { ...live, status })
}

/** `spec.suspend` of an object of `apps`, or of another namespace. */
export function isSuspended(fake: FakeKubernetes, of: FakeKind, name: string, namespace = 'apps'): unknown {
  const spec = (fake.get(of, { namespace, name })?.['spec'] ?? {}) as { suspend?: boolean }
  return spec.suspend
}

function textOf(stored: ReturnType<FakeKubernetes['get']>, annotation: string): string {
  const { annotations } = (stored?.metadata ?? {}) as { annotations?: Readonly<Record<string, string>> }
  return annotations?.[annotation] ?? ''
}

/** The same image automation everywhere: a repository, its policy, a source, an automation. */
export function putWorld(fake: FakeKubernetes): void {
  fake.put(
    kinds.images,
    object('podinfo', {
      spec: { image: 'ghcr.io/stefanprodan/podinfo', interval: '5m' },
      status: { lastScanResult: { tagCount: 42, scanTime: '2026-01-02T03:04:05Z' } },
      message: 'successful scan: found 42 tags with checksum sha256:00',
    }),
  )
  fake.put(
    kinds.policies,
    object('podinfo', {
      spec: { imageRepositoryRef: { name: 'podinfo' }, policy: { semver: { range: '^6' } } },
      status: { latestRef: { name: 'ghcr.io/stefanprodan/podinfo', tag: '6.2.1' } },
      message: 'Latest image tag for ghcr.io/stefanprodan/podinfo resolved to 6.2.1',
    }),
  )
  fake.put(kinds.sources, object('config', { spec: { url: 'https://git.example.com/config', interval: '1m' } }))
  fake.put(
    kinds.updates,
    object('apps', {
      spec: { interval: '1m', suspend: true, sourceRef: { kind: 'GitRepository', name: 'config' } },
      status: { lastAutomationRunTime: '2026-01-02T03:05:00Z', lastPushTime: '2026-01-02T03:04:59Z' },
      message: 'repository up-to-date',
    }),
  )
}
