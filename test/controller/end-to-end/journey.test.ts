import { afterAll, beforeAll, expect, it } from 'vitest'
import { conditionOf, openInstallation, until, type Installation, type Replica } from './installation.ts'
import { appFile, manifests } from './manifests.ts'

// One way through everything real: API server, Redis, registry, Git server, and the controller in its own process.
const running: { installation?: Installation; replica?: Replica } = {}

beforeAll(async () => {
  running.installation = await openInstallation({ 'README.md': 'configuration\n' })
}, 120_000)
afterAll(async () => running.installation?.[Symbol.asyncDispose]())

function installation(): Installation {
  if (running.installation === undefined) throw new Error('the installation did not start')
  return running.installation
}

it('commits the newest tag of a repository that is applied', async () => {
  const world = installation()
  const image = `${world.registry.host}/team/app`
  await world.repository.commit('main', { 'apps/app.yaml': appFile(image, '1.0.0') })
  await world.push('1.0.0', '1.1.0', '2.0.0')
  running.replica = await world.start()
  await world.apply(manifests({ image, url: world.server.url }))
  await until('the commit', async () => (await world.repository.read('main', 'apps/app.yaml')).includes(':1.1.0 #'))
  const policy = await until('the election', async () => {
    const found = await world.get('imagepolicies', 'app')
    return conditionOf(found)?.status === 'True' && found
  })
  expect(policy.status).toMatchObject({
    observedGeneration: 1,
    latestRef: { name: image, tag: '1.1.0' },
    explanation: { counts: { selected: 1 } },
  })
  const automation = await until('the status of the automation', async () => {
    const found = await world.get('imageupdateautomations', 'apps')
    return found?.status?.['lastPushCommit'] !== undefined && found
  })
  expect(conditionOf(automation)).toMatchObject({ status: 'True', message: 'repository up-to-date' })
  expect(automation.status?.['lastPushCommit']).toBe(await world.repository.tip('main'))
  const tip = await world.repository.tip('main')
  await until('the source follows the commit', async () => {
    const found = await world.get('gitrepositories', 'config')
    return conditionOf(found)?.message === `stored artifact for revision 'main@sha1:${tip}'`
  })
}, 60_000)

it('commits once for a new tag that is asked for, and says so in events', async () => {
  const world = installation()
  await world.push('1.2.0')
  const before = (await world.repository.commits('main')).length
  const patch = { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': 'now' } } }
  const path = '/apis/tagboat.dev/v1/namespaces/apps/imagerepositories/app'
  await world.kubernetes.send('PATCH', path, patch, 'application/merge-patch+json')
  await until('the commit', async () => (await world.repository.read('main', 'apps/app.yaml')).includes(':1.2.0 #'))
  const repository = await until('the request is handled', async () => {
    const found = await world.get('imagerepositories', 'app')
    return found?.status?.['lastHandledReconcileAt'] === 'now' && found
  })
  expect(repository.status).toMatchObject({ lastScanResult: { tagCount: 4 } })
  const notes = await until('the events', async () => {
    const { value } = await world.kubernetes.send('GET', '/apis/events.k8s.io/v1/namespaces/apps/events')
    const { items } = value as { items: readonly { note: string; regarding: { kind: string } }[] }
    const texts = items.map(({ note, regarding }) => `${regarding.kind}: ${note}`)
    return texts.some((text) => text.includes('pushed commit') && text.includes('1.2.0')) && texts
  })
  expect(notes.join('\n')).toContain('ImagePolicy: Latest image tag for')
  expect(await world.repository.commits('main')).toHaveLength(before + 1)
}, 60_000)

it('shows what was done in the queues', async () => {
  const world = installation()
  const { tagboat } = await import('../../services/tagboat.ts')
  const redis = `--redis=unix://${world.redis.socket}`
  const listed = await tagboat(['queue', 'ls', redis, '-o', 'json'], { cwd: world.folder })
  expect(listed).toMatchObject({ code: 0 })
  const { items } = JSON.parse(listed.stdout) as { items: readonly { id: string; queue: string; state: string }[] }
  const update = items.find(({ queue, state }) => queue === 'update' && state === 'completed')
  expect(update).toBeDefined()
  const shown = await tagboat(['queue', 'show', update?.id ?? '', redis, '-o', 'json'], { cwd: world.folder })
  expect(JSON.parse(shown.stdout)).toMatchObject({ id: update?.id, data: { v: 1, kind: 'ImageUpdateAutomation' } })
})

it('ends within its grace period', async () => {
  running.replica?.kill('SIGTERM')
  const run = await running.replica?.ended
  expect(run).toMatchObject({ code: 0 })
}, 40_000)
