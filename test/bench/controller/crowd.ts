import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  openInstallation,
  type Installation,
  type LiveObject,
  type Replica,
} from '../../controller/end-to-end/installation.ts'
import { openFakeRegistry, type FakeRegistry } from '../../fakes/registry.ts'

/** Many repositories of some tags each in a registry of this process, and the objects that watch them. */
export interface Crowd extends AsyncDisposable {
  readonly world: Installation
  readonly registry: FakeRegistry
  start(): Promise<Replica>
  /** Creates repositories `app-N`, and `policies` of each. */
  create(repositories: number, policies: number): Promise<void>
  /** Objects of a kind whose Ready is True. */
  ready(resource: string): Promise<number>
}

const atOnce = 64

export async function openCrowd({
  repositories,
  interval,
  tags = 100,
}: {
  readonly repositories: number
  readonly interval: string
  /** In each repository. */
  readonly tags?: number
}): Promise<Crowd> {
  await using stack = new AsyncDisposableStack()
  const registry = stack.use(await openFakeRegistry())
  for (let number = 0; number < repositories; number += 1) {
    for (let tag = 0; tag < tags; tag += 1) {
      await registry.pushImage({ repository: `team/app-${number}`, tag: `1.0.${tag}` })
    }
  }
  const world = stack.use(await openInstallation({ 'README.md': 'configuration\n' }))
  const owned = stack.move()
  const post = async (resource: string, object: object): Promise<void> => {
    const { status, value } = await world.kubernetes.send(
      'POST',
      `/apis/tagboat.dev/v1/namespaces/apps/${resource}`,
      object,
    )
    if (status !== 201) throw new Error(`${resource}: ${status} ${JSON.stringify(value)}`)
  }
  return {
    world,
    registry,
    start: async () => world.start(['--log-level=warn', '--no-leader-election']),
    create: async (count, policies) => {
      await inTurn(count, async (number) => {
        await post('imagerepositories', repository(number, `${registry.host}/team/app-${number}`, interval))
      })
      await inTurn(count * policies, async (number) => post('imagepolicies', policy(number, number % count)))
    },
    ready: async (resource) => {
      const { value } = await world.kubernetes.send(
        'GET',
        `/apis/tagboat.dev/v1/namespaces/apps/${resource}?resourceVersion=0`,
      )
      const { items } = value as { readonly items: readonly LiveObject[] }
      return items.filter(({ status }) =>
        status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
      ).length
    },
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  }
}

async function inTurn(count: number, work: (number: number) => Promise<void>): Promise<void> {
  const numbers = Array.from({ length: count }, (_, number) => number).values()
  const worker = async (): Promise<void> => {
    for (const number of numbers) await work(number)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

function repository(number: number, image: string, interval: string): object {
  return {
    apiVersion: 'tagboat.dev/v1',
    kind: 'ImageRepository',
    metadata: { name: `app-${number}` },
    spec: { image, interval },
  }
}

function policy(number: number, of: number): object {
  return {
    apiVersion: 'tagboat.dev/v1',
    kind: 'ImagePolicy',
    metadata: { name: `app-${number}` },
    spec: { imageRepositoryRef: { name: `app-${of}` }, policy: { semver: { range: '^1.0.0' } } },
  }
}

/** Requests of the controller to the API server that change something, by resource. */
export async function writes({ metrics }: Replica): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${metrics}/metrics`)).text()
  const found = new Map<string, number>()
  for (const [, labels = '', value = ''] of text.matchAll(/^tagboat_cluster_requests_total\{([^}]*)\} (\d+)$/gm)) {
    const label = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(labels)?.[1] ?? ''
    if (['get', 'list', 'watch', 'read'].includes(label('verb')) || label('verb') === '') continue
    found.set(label('resource'), (found.get(label('resource')) ?? 0) + Number(value))
  }
  return found
}

/** CPU time that a process has used, in milliseconds, and its resident memory in MiB (Linux). */
export async function usage(pid: number): Promise<{ readonly cpuMs: number; readonly rssMib: number }> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticksPerSecond = 100
  const cpuMs = ((Number(fields[11]) + Number(fields[12])) * 1000) / ticksPerSecond
  const status = await readFile(`/proc/${pid}/status`, 'latin1')
  return { cpuMs, rssMib: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024 }
}

/** Milliseconds until this holds; looks every 50 ms. */
export async function timeUntil(holds: () => Promise<boolean>, atMostMs: number): Promise<number> {
  const startedAt = performance.now()
  while (performance.now() - startedAt < atMostMs) {
    if (await holds()) return performance.now() - startedAt
    await sleep(50)
  }
  throw new Error(`not within ${atMostMs} ms`)
}
