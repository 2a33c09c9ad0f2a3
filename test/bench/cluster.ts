import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { CoreV1Api } from '@kubernetes/client-node'
import { Secret } from '#core/secret/secret.ts'
import type { Cluster } from '#io/cluster/cluster.ts'
import { openCluster } from '#io/cluster/open.ts'
import { systemClock } from '#io/clock.ts'
import { openLog } from '#io/log.ts'
import { startKubernetes } from '../services/kubernetes.ts'
import type { Figure } from './figure.ts'

const configMaps = { group: '', version: 'v1', resource: 'configmaps' }
const name = { namespace: 'apps', name: 'settings' }
const signal = new AbortController().signal

/** A server of its own process that answers every request at once with one ConfigMap, over TLS. */
interface Server extends AsyncDisposable {
  readonly url: string
  readonly ca: string
  /** TLS handshakes so far. */
  handshakes(): Promise<number>
}

async function startServer(): Promise<Server> {
  const child = spawn(process.execPath, [new URL('cluster/serve.ts', import.meta.url).pathname], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ask = async <Answer>(): Promise<Answer> => JSON.parse((await lines.next()).value ?? 'null') as Answer
  const { url, ca } = await ask<{ url: string; ca: string }>()
  return {
    url,
    ca,
    handshakes: async () => {
      child.stdin.write('\n')
      return ask<number>()
    },
    [Symbol.asyncDispose]: async () => {
      child.stdin.end()
      await once(child, 'exit')
    },
  }
}

/** Requests per second, `width` at a time, for about half a second. */
async function rate(width: number, millis: number, ask: () => Promise<unknown>): Promise<number> {
  for (let turn = 0; turn < width; turn += 1) await ask()
  const startedAt = performance.now()
  const count = { done: 0 }
  const work = async (): Promise<void> => {
    while (performance.now() - startedAt < millis) {
      await ask()
      count.done += 1
    }
  }
  await Promise.all(Array.from({ length: width }, work))
  return (count.done * 1000) / (performance.now() - startedAt)
}

interface Target {
  readonly url: string
  readonly ca: string
  readonly token?: string
}

async function ours({ url, ca, token = 't' }: Target): Promise<Cluster> {
  return openCluster({
    credentials: {
      server: new URL(url),
      namespace: 'default',
      proxy: undefined,
      access: async () => ({
        headers: {},
        tls: { ca },
        authorization: new Secret(`Bearer ${token}`, { masked: false }),
      }),
    },
    userAgent: 'tagboat/bench',
    clock: systemClock,
    log: openLog({
      level: 'error',
      format: 'text',
      stream: process.stderr,
      color: false,
      redact: (text) => text,
      now: Date.now,
    }),
  })
}

/** Loaded only here, since it takes 90 MB that other figures would see. */
async function library({ url, ca, token = 't' }: Target): Promise<CoreV1Api> {
  const { CoreV1Api: Api, KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  config.loadFromClusterAndUser(
    { name: 'k', server: url, caData: Buffer.from(ca).toString('base64'), skipTLSVerify: false },
    { name: 'u', token },
  )
  return config.makeApiClient(Api)
}

function rateFigure(width: number): Figure {
  return {
    name: `API client, ${width === 1 ? 'one request at a time' : `${width} requests in flight`}`,
    unit: 'requests/s',
    reach: '≥ 10 times client-node',
    run: async ({ quick }) => {
      await using server = await startServer()
      await using cluster = await ours(server)
      const millis = quick ? 500 : 2000
      const value = await rate(width, millis, async () => cluster.get(configMaps, name, signal))
      const api = await library(server)
      const other = await rate(width, millis, async () => api.readNamespacedConfigMap(name))
      return { value, ok: value >= 10 * other, against: { name: 'client-node', value: other } }
    },
  }
}

export const figures: readonly Figure[] = [
  rateFigure(1),
  rateFigure(16),
  rateFigure(50),
  {
    name: 'API client against a real kube-apiserver, 32 requests in flight',
    unit: 'requests/s',
    reach: 'what the server can give',
    run: async ({ quick }) => {
      await using service = await startKubernetes()
      const target = { url: service.url, ca: service.ca, token: service.adminToken }
      await using cluster = await ours(target)
      const there = { namespace: 'default', name: 'settings' }
      await cluster.create(
        configMaps,
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: there, data: { a: 'b' } },
        signal,
      )
      const millis = quick ? 500 : 2000
      const value = await rate(32, millis, async () => cluster.get(configMaps, there, signal))
      const api = await library(target)
      const other = await rate(32, millis, async () => api.readNamespacedConfigMap(there))
      return { value, ok: value >= other, against: { name: 'client-node', value: other } }
    },
  },
  {
    name: 'API client, TLS handshakes for 1,000 requests',
    unit: 'handshakes',
    reach: '≤ 32',
    run: async () => {
      await using server = await startServer()
      await using cluster = await ours(server)
      const thousand = async (ask: () => Promise<unknown>): Promise<number> => {
        const before = await server.handshakes()
        const work = async (): Promise<void> => {
          for (let turn = 0; turn < 20; turn += 1) await ask()
        }
        await Promise.all(Array.from({ length: 50 }, work))
        return (await server.handshakes()) - before
      }
      const value = await thousand(async () => cluster.get(configMaps, name, signal))
      const api = await library(server)
      const other = await thousand(async () => api.readNamespacedConfigMap(name))
      return { value, ok: value <= 32, against: { name: 'client-node', value: other } }
    },
  },
]
