import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { until, type Replica } from './installation.ts'
import { metric, sharedScene, type Scene } from './scene.ts'

// Two replicas of one installation. Intervals are long, so that what is found is found because of a trigger.
const scene = sharedScene({ interval: '1h' })

interface Pair {
  readonly leader: Replica
  readonly other: Replica
}

async function pair(flags: readonly string[] = []): Promise<Pair> {
  const { replica } = scene()
  const both = await Promise.all([replica(flags), replica(flags)])
  const leader = await until('one leads', async () => {
    const leading = await Promise.all(both.map(async (one) => metric(one, 'tagboat_leader')))
    return leading.includes(1) && both[leading.indexOf(1)]
  })
  const other = both.find((one) => one !== leader)
  if (other === undefined) throw new Error('there is no other replica')
  expect(await metric(other, 'tagboat_leader')).toBe(0)
  return { leader, other }
}

let requests = 0

/** As `tagboat reconcile`. */
async function request({ kubernetes }: Scene): Promise<void> {
  requests += 1
  const patch = { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': `request ${requests}` } } }
  const path = '/apis/tagboat.dev/v1/namespaces/apps/imagerepositories/app'
  await kubernetes.send('PATCH', path, patch, 'application/merge-patch+json')
}

it('two replicas share the work', async () => {
  const { leader, other } = await pair(['--concurrency=1'])
  const { apply, image, condition, kubernetes } = scene()
  const names = Array.from({ length: 20 }, (_, number) => `shared-${number}`)
  const objects = names.map((name) => {
    return `{apiVersion: tagboat.dev/v1, kind: ImageRepository, metadata: {name: ${name}}, spec: {image: "${image}", interval: 1h}}`
  })
  await apply(objects.join('\n---\n'))
  for (const name of names) await condition(['imagerepositories', name], 'True')
  const done = await Promise.all(
    [leader, other].map(async (one) => metric(one, 'tagboat_reconciles_total', { kind: 'ImageRepository' })),
  )
  expect(Math.min(...done)).toBeGreaterThan(0)
  await Promise.all(
    names.map(async (name) =>
      kubernetes.send('DELETE', `/apis/tagboat.dev/v1/namespaces/apps/imagerepositories/${name}`),
    ),
  )
}, 120_000)

it('a webhook that comes to the replica that does not lead is a commit', async () => {
  const { apply, get, release, committed, image } = scene()
  await apply(`apiVersion: v1
kind: Secret
metadata: {name: hook, namespace: apps}
stringData: {token: a-token-of-enough-bytes}
---
apiVersion: tagboat.dev/v1
kind: ImageRepository
metadata: {name: app, namespace: apps}
spec: {image: "${image}", interval: 1h, webhook: {type: generic, secretRef: {name: hook}}}`)
  const { other } = await pair()
  const path = await until('the path of the hook', async () => {
    const found = (await get('imagerepositories', 'app'))?.status?.['webhookPath']
    return typeof found === 'string' && found
  })
  const tag = await release()
  await until('the hook is taken', async () => (await fetch(other.webhook + path, { method: 'POST' })).ok)
  await committed(tag)
}, 120_000)

it('SIGTERM hands the lead over at once, and nothing is forgotten', async () => {
  const { leader, other } = await pair()
  const { release, committed } = scene()
  const tag = await release()
  await request(scene())
  leader.kill('SIGTERM')
  // The Lease lasts 35 s: who waits for its end is late.
  await until('the other leads', async () => (await metric(other, 'tagboat_leader')) === 1, 20)
  await committed(tag)
  expect(await leader.ended).toMatchObject({ code: 0 })
}, 120_000)

it('F43 a leader is frozen before it pushes, longer than its Lease: another pushes, and nothing is done twice', async () => {
  const { replica, release, committed, repository } = scene()
  const first = await replica([], { TAGBOAT_TEST: '1', FAILPOINT: 'commit-written=delay:3s' })
  const tag = await release()
  await request(scene())
  await until('it works at the update', async () => isActive(scene(), 'update'))
  first.kill('SIGSTOP')
  const second = await replica([])
  await until('the other leads', async () => (await metric(second, 'tagboat_leader')) === 1, 90)
  await committed(tag, 120)
  const tip = await repository.tip('main')
  first.kill('SIGCONT')
  await until('it knows that it leads no more', async () => (await metric(first, 'tagboat_leader')) === 0)
  await sleep(4000) // longer than its push was delayed
  expect(await repository.tip('main')).toBe(tip)
  const next = await release()
  await request(scene())
  await committed(next)
}, 300_000)

/** Does a queue have a job that runs? */
async function isActive({ redis }: Scene, queue: string): Promise<boolean> {
  const [name] = (await redis.command('KEYS', `*:${queue}:active`)).split('\n')
  return name !== undefined && name !== '' && (await redis.command('LLEN', name)) !== '0'
}
