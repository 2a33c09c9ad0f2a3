import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { conditionOf, openInstallation, until, type Installation, type Replica } from './installation.ts'
import { appFile, manifests } from './manifests.ts'

/** An installation with one application in it: image `team/app`, marked in `apps/app.yaml` of branch `main`. */
export interface Scene extends Installation {
  /** Name of the image. */
  readonly image: string
  /** Starts a replica that ends with the test. Without election unless asked for. */
  readonly replica: (flags?: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Replica>
  /** Pushes the next tag to the registry and gives it. */
  readonly release: () => Promise<string>
  /** Waits until the branch has the tag, and proves that it came by one commit. */
  readonly committed: (tag: string, seconds?: number) => Promise<void>
  /** Waits until a condition of an object in `apps` has this status. */
  readonly condition: (of: readonly [resource: string, name: string], status: string, type?: string) => Promise<void>
}

interface SceneOptions {
  /** Of the objects of the application; short, so that what is found late is found in the test. */
  readonly interval?: string
  readonly group?: 'tagboat.dev' | 'image.toolkit.fluxcd.io'
}

/** A second commit would follow the first within this time. */
const quietMs = 1500

/** Opens a scene for all tests of a file. Call it at its top; what it gives is to be called within tests. */
export function sharedScene(options: SceneOptions = {}): () => Scene {
  const held: { scene?: Scene; readonly replicas: Replica[] } = { replicas: [] }
  beforeAll(async () => {
    const world = await openInstallation({ 'README.md': 'configuration\n' })
    held.scene = sceneOf(world, held.replicas)
    const { image } = held.scene
    await world.repository.commit('main', { 'apps/app.yaml': appFile(image, '1.0.0') })
    await world.push('1.0.0')
    await world.apply(manifests({ image, url: world.server.url, interval: '5s', ...options }))
  }, 120_000)
  afterEach(async () => {
    await Promise.all(held.replicas.splice(0).map(end))
    // Who was killed has not given back its Lease, and the next would wait for its end.
    await held.scene?.kubernetes.send('DELETE', '/apis/coordination.k8s.io/v1/namespaces/default/leases')
  })
  afterAll(async () => held.scene?.[Symbol.asyncDispose]())
  return () => {
    if (held.scene === undefined) throw new Error('the installation did not start')
    return held.scene
  }
}

/** A replica that ends in order leaves no job behind for which the next test would have to wait. */
async function end(replica: Replica): Promise<void> {
  replica.kill('SIGCONT')
  replica.kill('SIGTERM')
  const hard = setTimeout(() => replica.kill('SIGKILL'), 5000)
  await replica.ended
  clearTimeout(hard)
}

function sceneOf(world: Installation, replicas: Replica[]): Scene {
  let minor = 0
  return {
    ...world,
    image: `${world.registry.host}/team/app`,
    replica: async (flags = ['--no-leader-election'], env = {}) => {
      const started = await world.start(['--pushes-per-minute=0', ...flags], env)
      replicas.push(started)
      return started
    },
    release: async () => {
      minor += 1
      const tag = `1.${minor}.0`
      await world.push(tag)
      return tag
    },
    committed: async (tag, seconds = 60) => {
      const isThere = async (): Promise<boolean> => {
        return (await world.repository.read('main', 'apps/app.yaml')).includes(`:${tag} #`)
      }
      await until(`the commit of ${tag}`, isThere, seconds)
      await sleep(quietMs)
      const messages = (await world.repository.commits('main')).map(({ message }) => message)
      expect(messages.filter((text) => text.includes(`:${tag}\n`) && text.includes('Tagboat-Image:'))).toHaveLength(1)
    },
    condition: async ([resource, name], status, type = 'Ready') => {
      const what = `${type} of ${resource}/${name} is ${status}`
      await until(what, async () => conditionOf(await world.get(resource, name), type)?.status === status, 60)
    },
  }
}

/** The sum of a metric over the series that have these labels. */
export async function metric(
  { metrics }: Replica,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Promise<number> {
  const text = await (await fetch(`${metrics}/metrics`)).text()
  const values = text.split('\n').flatMap((line) => {
    const [, series = '', value = ''] = /^(\S+?(?:\{.*\})?) (\S+)$/.exec(line) ?? []
    const isMeant = series === name || series.startsWith(`${name}{`)
    return isMeant && Object.entries(labels).every(([key, label]) => series.includes(`${key}="${label}"`))
      ? [Number(value)]
      : []
  })
  return values.reduce((sum, value) => sum + value, 0)
}

/** The text of `/readyz`, whether it is well or not. */
export async function readiness({ health }: Replica): Promise<{ readonly ok: boolean; readonly text: string }> {
  const answer = await fetch(`${health}/readyz`)
  return { ok: answer.ok, text: await answer.text() }
}
