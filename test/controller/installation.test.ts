import { expect, it } from 'vitest'
import { findInstallation } from '#controller/installation.ts'
import { systemClock } from '#io/clock.ts'
import { keepingLog } from '../conformance/cluster.scene.ts'
import { fakeScene, kindOf } from '../io/cluster/scene.ts'

const all = { labelSelector: '', namespaces: [] }

function given(signal = new AbortController().signal) {
  return { clock: { ...systemClock, sleep: async () => undefined }, log: keepingLog(), signal }
}

it('is named by the UID of the cluster', async () => {
  await using scene = await fakeScene()
  const { metadata } = scene.fake.put(kindOf('namespaces'), { metadata: { name: 'kube-system' } })
  const found = await findInstallation(scene.cluster, all, given())
  expect(found).toEqual({ prefix: `{tagboat:${metadata['uid']}}`, leaseName: 'tagboat-leader' })
})

it('shards have names of their own, whatever the order of their namespaces', async () => {
  await using scene = await fakeScene()
  scene.fake.put(kindOf('namespaces'), { metadata: { name: 'kube-system' } })
  const name = async (labelSelector: string, namespaces: readonly string[]): Promise<string> =>
    (await findInstallation(scene.cluster, { labelSelector, namespaces }, given())).leaseName
  const names = await Promise.all([name('', []), name('shard=a', []), name('shard=b', []), name('', ['x', 'y'])])
  expect(new Set(names).size).toBe(4)
  expect(await name('', ['y', 'x'])).toBe(names[3])
})

it('asks until the API server answers, and says so', async () => {
  await using scene = await fakeScene()
  scene.fake.put(kindOf('namespaces'), { metadata: { name: 'kube-system' } })
  scene.fake.fail(({ path }) => path.includes('kube-system'), { status: 403 }, 2)
  const options = given()
  const found = await findInstallation(scene.cluster, all, options)
  expect(found.prefix).toMatch(/^\{tagboat:.+\}$/)
  expect(options.log.texts.join()).toContain('is not ready; asking again')
})

it('stops asking when it is told to', async () => {
  await using scene = await fakeScene()
  const stop = new AbortController()
  const asking = findInstallation(scene.cluster, all, {
    ...given(stop.signal),
    clock: { ...systemClock, sleep: async () => stop.abort(new Error('stopped')) },
  })
  await expect(asking).rejects.toThrow('stopped')
})
