import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { conditionOf, until } from './installation.ts'
import { sharedScene } from './scene.ts'

// Objects of Flux's groups, with and without a living Flux.
const scene = sharedScene({ group: 'image.toolkit.fluxcd.io' })
const automations = 'imageupdateautomations.image.toolkit.fluxcd.io'
const policies = 'imagepolicies.image.toolkit.fluxcd.io'
const lease = '/apis/coordination.k8s.io/v1/namespaces/flux-system/leases/image-reflector-controller-leader-election'

async function latestTag(): Promise<string | undefined> {
  const ref = (await scene().get(policies, 'app'))?.status?.['latestRef'] as { tag?: string } | undefined
  return ref?.tag
}

/** Flux's image-reflector-controller is alive (and renews), or has ended and gave its Lease back. */
async function setFlux(isAlive: boolean): Promise<void> {
  const spec = {
    holderIdentity: isAlive ? 'image-reflector-controller-0' : '',
    leaseDurationSeconds: 35,
    renewTime: new Date().toISOString().replace('Z', '000Z'),
  }
  const object = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'image-reflector-controller-leader-election' },
    spec,
  }
  const query = '?fieldManager=test&force=true'
  const { status } = await scene().kubernetes.send('PATCH', lease + query, object, 'application/apply-patch+yaml')
  expect(status).toBeLessThan(300)
}

it('reconciles them where Flux is not there', async () => {
  const { replica, release, committed, get, repository } = scene()
  await replica(['--no-leader-election', '--flux-kinds=auto'])
  const tag = await release()
  await committed(tag)
  expect(await latestTag()).toBe(tag)
  const automation = await until('the status of the automation', async () => {
    const found = await get(automations, 'apps')
    return found?.status?.['lastPushCommit'] !== undefined && found
  })
  expect(automation.status?.['lastPushCommit']).toBe(await repository.tip('main'))
  expect(conditionOf(automation)).toMatchObject({ status: 'True', message: 'repository up-to-date' })
  const [commit] = await repository.commits('main')
  expect(commit?.message).toContain(`:${tag}\n`)
}, 90_000)

it('leaves them to a Flux that lives, says so once, and takes them over when it ends', async () => {
  const { replica, release, committed, apply, kubernetes } = scene()
  await apply('{apiVersion: v1, kind: Namespace, metadata: {name: flux-system}}')
  await setFlux(true)
  const ending = new AbortController()
  const renewing = (async () => {
    while (!ending.signal.aborted) {
      await setFlux(true)
      await sleep(2000, undefined, { signal: ending.signal }).catch(() => undefined)
    }
  })()
  const one = await replica(['--no-leader-election', '--flux-kinds=auto'])
  const before = await latestTag()
  const tag = await release()
  await sleep(8000) // more than an interval
  expect(await latestTag()).toBe(before)
  ending.abort()
  await renewing
  await setFlux(false)
  await committed(tag, 120)
  await kubernetes.send('DELETE', lease)
  one.kill('SIGTERM')
  const { stderr } = await one.ended
  const told = (text: string): number => stderr.split(text).length - 1
  expect(told("Flux's image-reflector-controller is alive and keeps ImageRepository")).toBe(1)
  expect(told("Flux's image-reflector-controller is not there; Tagboat reconciles ImageRepository")).toBe(1)
}, 240_000)
