import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { conditionOf, openInstallation, until, type Installation, type Replica } from './installation.ts'
import { appFile, manifests } from './manifests.ts'

// What goes wrong around a controller; afterwards the state is the one that a calm run would have reached.
const running: { installation?: Installation; minor: number; replicas: Replica[] } = { minor: 0, replicas: [] }

beforeAll(async () => {
  const world = await openInstallation({ 'README.md': 'configuration\n' })
  running.installation = world
  const image = `${world.registry.host}/team/app`
  await world.repository.commit('main', { 'apps/app.yaml': appFile(image, '1.0.0') })
  await world.push('1.0.0')
  await world.apply(manifests({ image, url: world.server.url, interval: '5s' }))
}, 120_000)
afterAll(async () => running.installation?.[Symbol.asyncDispose]())

function world(): Installation {
  if (running.installation === undefined) throw new Error('the installation did not start')
  return running.installation
}

/** Starts a replica that ends with the test. */
async function replica(flags: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Replica> {
  const started = await world().start(['--pushes-per-minute=0', '--no-leader-election', ...flags], env)
  running.replicas.push(started)
  return started
}

/** A new tag; what is expected of the installation is that the branch has it in exactly one commit. */
async function release(): Promise<string> {
  running.minor += 1
  const tag = `1.${running.minor}.0`
  await world().push(tag)
  return tag
}

async function committed(tag: string, seconds = 40): Promise<void> {
  await until(`the commit of ${tag}`, async () => (await fileText()).includes(`:${tag} #`), seconds)
  await sleep(1500) // a second commit would come soon after the first
  const commits = await world().repository.commits('main')
  const ours = commits.filter(({ message }) => message.includes(`:${tag}\n`) && message.includes('Tagboat-Image:'))
  expect(ours.map(({ message }) => message)).toHaveLength(1)
}

async function fileText(): Promise<string> {
  return world().repository.read('main', 'apps/app.yaml')
}

beforeEach(async () => {
  for (const one of running.replicas.splice(0)) {
    one.kill('SIGKILL')
    await one.ended
  }
})

describe('Redis', () => {
  it('F1 is killed and comes back empty', async () => {
    await replica()
    await world().redis.kill()
    const tag = await release()
    await sleep(3000)
    await world().redis.start()
    await committed(tag)
  }, 90_000)

  it('F2 is flushed again and again', async () => {
    await replica()
    const tag = await release()
    for (let round = 0; round < 5; round += 1) {
      await world().redis.command('FLUSHALL')
      await sleep(200)
    }
    await committed(tag)
  }, 90_000)

  it('stands still for a while', async () => {
    const one = await replica()
    world().redis.freeze(true)
    const tag = await release()
    const isUnready = await until('/readyz tells', async () => !(await fetch(`${one.health}/readyz`)).ok, 40)
    expect(isUnready).toBe(true)
    world().redis.freeze(false)
    await committed(tag)
    await until('/readyz tells that it is back', async () => (await fetch(`${one.health}/readyz`)).ok)
  }, 120_000)

  it('F4 is full, and has room again', async () => {
    await replica()
    await world().redis.command('CONFIG', 'SET', 'maxmemory', '1mb')
    const tag = await release()
    await sleep(4000)
    await world().redis.command('CONFIG', 'SET', 'maxmemory', '0')
    await committed(tag)
  }, 90_000)

  it('F4 would evict: the controller does not start, and says what to set', async () => {
    await world().redis.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
    const failed = replica()
    await expect(failed).rejects.toThrow(/ended with 1.*noeviction/s)
    await world().redis.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
  }, 60_000)
})

describe('the API server', () => {
  it('F10 restarts', async () => {
    const one = await replica()
    await world().kubernetes.restart()
    const tag = await release()
    await committed(tag, 60)
    await until('/readyz is well', async () => (await fetch(`${one.health}/readyz`)).ok)
  }, 120_000)
})

describe('F46 a replica is killed', () => {
  const points = [
    'tags-stored',
    'policy-status-written',
    'fetched',
    'blob-written',
    'tree-written',
    'commit-written',
    'push-sent',
    'push-acknowledged',
    'automation-status-written',
  ]
  it.each(points)(
    'at %s',
    async (point) => {
      const tag = await release()
      const first = await world().start(['--pushes-per-minute=0', '--no-leader-election'], {
        TAGBOAT_TEST: '1',
        FAILPOINT: `${point}=kill`,
      })
      const run = await Promise.race([first.ended, sleep(20_000).then(() => undefined)])
      expect(run).toMatchObject({ signal: 'SIGKILL' })
      await replica()
      await committed(tag, 60)
    },
    120_000,
  )
})

it('F43 a leader is frozen longer than its Lease: another leads, and nothing is done twice', async () => {
  const flags = ['--pushes-per-minute=0']
  const first = await world().start(flags)
  const second = await world().start(flags)
  running.replicas.push(first, second)
  const leader = await until('one leads', async () => {
    for (const one of [first, second]) {
      const text = await (await fetch(`${one.metrics}/metrics`)).text()
      if (/^tagboat_leader 1$/m.test(text)) return one
    }
    return undefined
  })
  leader.kill('SIGSTOP')
  const tag = await release()
  await committed(tag, 90)
  leader.kill('SIGCONT')
  await sleep(3000)
  await committed(await release(), 60)
}, 240_000)

it('a Secret disappears and comes back', async () => {
  await replica()
  const { apply, get, kubernetes, registry } = world()
  const config = Buffer.from(JSON.stringify({ auths: {} })).toString('base64')
  const secret = `apiVersion: v1
kind: Secret
metadata: {name: pull, namespace: apps}
type: kubernetes.io/dockerconfigjson
data: {.dockerconfigjson: ${config}}`
  await apply(secret)
  await apply(`apiVersion: tagboat.dev/v1
kind: ImageRepository
metadata: {name: private, namespace: apps}
spec: {image: "${registry.host}/team/app", interval: 1h, secretRef: {name: pull}}`)
  const is = async (status: string): Promise<unknown> =>
    until(`Ready is ${status}`, async () => conditionOf(await get('imagerepositories', 'private'))?.status === status)
  await is('True')
  await kubernetes.send('DELETE', '/api/v1/namespaces/apps/secrets/pull')
  await is('False')
  const broken = conditionOf(await get('imagerepositories', 'private'))
  expect(broken?.message).toContain('spec.secretRef: Secret apps/pull does not exist')
  await apply(secret)
  await is('True')
}, 90_000)

it("a tenant's broken object stalls beside good ones", async () => {
  await replica()
  const { apply, get, kubernetes, registry } = world()
  await apply(`apiVersion: tagboat.dev/v1
kind: ImagePolicy
metadata: {name: broken, namespace: apps}
spec: {imageRepositoryRef: {name: app}, policy: {semver: {range: "not a range"}}}`)
  const stalled = await until('it is stalled', async () => {
    return conditionOf(await get('imagepolicies', 'broken'), 'Stalled')
  })
  expect(stalled).toMatchObject({ status: 'True', reason: 'InvalidPolicy' })
  await committed(await release())
  await kubernetes.send('DELETE', '/apis/tagboat.dev/v1/namespaces/apps/imagepolicies/broken')
  expect(registry.host).not.toBe('')
}, 90_000)
