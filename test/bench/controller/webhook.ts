import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  conditionOf,
  openInstallation,
  until,
  type Installation,
  type Replica,
} from '../../controller/end-to-end/installation.ts'
import { manifests } from '../../controller/end-to-end/manifests.ts'

/** A config repository of a size, and policies whose images some of its files name. */
export interface WebhookScene {
  readonly files: number
  readonly marked: number
  /** Policies and repositories, each with a share of the marked files. */
  readonly policies: number
}

const token = 'a token of more than sixteen bytes'

/** One installation with one replica that has settled. */
export interface Settled extends AsyncDisposable {
  readonly world: Installation
  readonly replica: Replica
  /** Pushes a tag to these repositories (by number), announces them, and waits for all files; milliseconds from the first call. */
  announce(numbers: readonly number[]): Promise<{ readonly ms: number; readonly commits: number }>
}

/** Starts everything and waits for the first, quiet state. Pushes are not limited: they are what is measured. */
export async function settle(scene: WebhookScene): Promise<Settled> {
  await using stack = new AsyncDisposableStack()
  const world = stack.use(await openInstallation({ 'README.md': 'configuration\n' }))
  const imageOf = (number: number): string => `${world.registry.host}/team/app-${number}`
  const perPolicy = Math.ceil(scene.marked / scene.policies)
  await world.repository.commit('main', contents(scene, { imageOf, perPolicy }))
  for (let number = 0; number < scene.policies; number += 1) {
    await world.registry.pushImage({ repository: `team/app-${number}`, tag: '1.0.0' })
  }
  const replica = await world.start(['--pushes-per-minute=0', `--log-level=${process.env['BENCH_LOG'] ?? 'warn'}`])
  await world.apply(
    `{apiVersion: v1, kind: Secret, metadata: {name: hook, namespace: apps}, stringData: {token: "${token}"}}`,
  )
  await world.apply(resources(scene, { imageOf, url: world.server.url }))
  await until('everything is ready', async () => {
    const policy = await world.get('imagepolicies', `app-${scene.policies - 1}`)
    const automation = await world.get('imageupdateautomations', 'apps')
    return conditionOf(policy)?.status === 'True' && conditionOf(automation)?.status === 'True'
  })
  await sleep(3000)
  const state = { version: 0 }
  const owned = stack.move()
  return {
    world,
    replica,
    announce: async (numbers) => {
      state.version += 1
      const tag = `1.0.${state.version}`
      for (const number of numbers) await world.registry.pushImage({ repository: `team/app-${number}`, tag })
      const before = await tipOf(world)
      const startedAt = performance.now()
      for (const number of numbers) await post(`${replica.webhook}/hook/${pathOf(`app-${number}`)}`)
      const ms = await timeOfCommit(world, { before, startedAt, numbers, tag })
      const log = await world.repository.git(['rev-list', '--count', `${before}..main`])
      return { ms, commits: Number(String(log)) }
    },
    [Symbol.asyncDispose]: async () => owned.disposeAsync(),
  }
}

interface Wanted {
  readonly before: string
  readonly startedAt: number
  readonly numbers: readonly number[]
  readonly tag: string
}

/** The branch is read from its file, since a process for each look would take longer than what is measured. */
async function timeOfCommit(world: Installation, { before, startedAt, numbers, tag }: Wanted): Promise<number> {
  let seen = before
  for (;;) {
    await sleep(2)
    const tip = await tipOf(world)
    if (tip !== seen) {
      const ms = performance.now() - startedAt
      const texts = await Promise.all(numbers.map((number) => world.repository.read('main', fileOf(number, 0))))
      if (texts.every((text) => text.includes(`:${tag} #`))) return ms
      seen = tip
    }
    if (performance.now() - startedAt > 30_000) throw new Error('no commit within 30 s')
  }
}

async function tipOf({ repository }: Installation): Promise<string> {
  const ref = await readFile(join(repository.path, 'refs', 'heads', 'main'), 'utf8').catch(() => undefined)
  return ref?.trim() ?? (await repository.tip('main')) ?? ''
}

async function post(url: string): Promise<void> {
  const answer = await fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })
  if (!answer.ok) throw new Error(`the webhook was answered ${answer.status}: ${await answer.text()}`)
}

function pathOf(name: string): string {
  return createHash('sha256').update(`${token}${name}apps`).digest('hex')
}

function fileOf(policy: number, index: number): string {
  return `apps/team-${policy}/app-${index}.yaml`
}

function contents(
  { files, policies, marked }: WebhookScene,
  { imageOf, perPolicy }: { readonly imageOf: (number: number) => string; readonly perPolicy: number },
): Record<string, string> {
  const all: Record<string, string> = {}
  for (let policy = 0; policy < policies; policy += 1) {
    for (let index = 0; index < perPolicy; index += 1) {
      const marker = `# {"$imagepolicy": "apps:app-${policy}"}`
      all[fileOf(policy, index)] = deployment(`app-${index}`, `${imageOf(policy)}:1.0.0 ${marker}`)
    }
  }
  for (let index = marked; index < files; index += 1) {
    all[`apps/other-${index % 50}/app-${index}.yaml`] = deployment(`other-${index}`, 'example.com/other:1.0.0')
  }
  return all
}

function deployment(name: string, image: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: apps}
spec:
  replicas: 2
  template:
    spec:
      containers:
        - name: app
          image: ${image}
          resources: {limits: {memory: 128Mi}}
`
}

/** One automation and one source for all, and a repository with a hook for each policy. */
function resources(
  { policies }: WebhookScene,
  { imageOf, url }: { readonly imageOf: (number: number) => string; readonly url: string },
): string {
  const one = (number: number): string => `---
apiVersion: tagboat.dev/v1
kind: ImageRepository
metadata: {name: app-${number}, namespace: apps}
spec: {image: ${imageOf(number)}, interval: 1h, webhook: {type: generic, secretRef: {name: hook}}}
---
apiVersion: tagboat.dev/v1
kind: ImagePolicy
metadata: {name: app-${number}, namespace: apps}
spec: {imageRepositoryRef: {name: app-${number}}, policy: {semver: {range: ^1.0.0}}}
`
  const [, , source, automation] = manifests({ image: 'unused', url, interval: '1h' }).split('---\n')
  return `${Array.from({ length: policies }, (_, number) => one(number)).join('')}---\n${source}---\n${automation}`
}
