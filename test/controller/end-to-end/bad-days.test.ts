import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { conditionOf, until } from './installation.ts'
import { readiness, sharedScene } from './scene.ts'

// What goes wrong around a controller; afterwards the state is the one that a calm run would have reached.
const scene = sharedScene()

describe('Redis', () => {
  it('F1 is killed and comes back empty', async () => {
    await scene().replica()
    await scene().redis.kill()
    const tag = await scene().release()
    await sleep(3000)
    await scene().redis.start()
    await scene().committed(tag)
  }, 90_000)

  it('F2 is flushed again and again', async () => {
    await scene().replica()
    const tag = await scene().release()
    for (let round = 0; round < 5; round += 1) {
      await scene().redis.command('FLUSHALL')
      await sleep(200)
    }
    await scene().committed(tag)
  }, 90_000)

  it('stands still for a while', async () => {
    const one = await scene().replica()
    scene().redis.freeze(true)
    const tag = await scene().release()
    const isUnready = await until('/readyz tells', async () => !(await readiness(one)).ok, 40)
    expect(isUnready).toBe(true)
    scene().redis.freeze(false)
    await scene().committed(tag)
    await until('/readyz tells that it is back', async () => (await readiness(one)).ok)
  }, 120_000)

  it('F4 is full, and has room again', async () => {
    await scene().replica()
    await scene().redis.command('CONFIG', 'SET', 'maxmemory', '1mb')
    const tag = await scene().release()
    await sleep(4000)
    await scene().redis.command('CONFIG', 'SET', 'maxmemory', '0')
    await scene().committed(tag)
  }, 90_000)

  it('F4 would evict: the controller does not start, and says what to set', async () => {
    await scene().redis.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
    const failed = scene().replica()
    await expect(failed).rejects.toThrow(/ended with 1.*noeviction/s)
    await scene().redis.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
  }, 60_000)
})

describe('the API server', () => {
  it('F10 restarts', async () => {
    const one = await scene().replica()
    await scene().kubernetes.restart()
    const tag = await scene().release()
    await scene().committed(tag, 60)
    await until('/readyz is well', async () => (await readiness(one)).ok)
  }, 120_000)
})

it('a Secret disappears and comes back', async () => {
  await scene().replica()
  const { apply, get, kubernetes, registry } = scene()
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
  await scene().replica()
  const { apply, get, kubernetes } = scene()
  await apply(`apiVersion: tagboat.dev/v1
kind: ImagePolicy
metadata: {name: broken, namespace: apps}
spec: {imageRepositoryRef: {name: app}, policy: {semver: {range: "not a range"}}}`)
  const stalled = await until('it is stalled', async () => {
    return conditionOf(await get('imagepolicies', 'broken'), 'Stalled')
  })
  expect(stalled).toMatchObject({ status: 'True', reason: 'InvalidPolicy' })
  await scene().committed(await scene().release())
  await kubernetes.send('DELETE', '/apis/tagboat.dev/v1/namespaces/apps/imagepolicies/broken')
}, 90_000)
