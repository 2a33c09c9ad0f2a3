import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { until, type Json } from './installation.ts'
import { manifests } from './manifests.ts'
import { readiness, sharedScene } from './scene.ts'

// What people do to objects while a controller runs.
const scene = sharedScene()
const root = '/apis/tagboat.dev/v1/namespaces/apps'
const merge = 'application/merge-patch+json'
/** What would be pushed wrongly would be pushed within this time. */
const quietMs = 4000

async function elected(tag: string): Promise<void> {
  await until(`${tag} is elected`, async () => {
    const ref = (await scene().get('imagepolicies', 'app'))?.status?.['latestRef'] as { tag?: string } | undefined
    return ref?.tag === tag
  })
}

/** Releases a tag, and proves that it is elected and not pushed. */
async function releaseInVain(): Promise<string> {
  const { release, repository } = scene()
  const tip = await repository.tip('main')
  const tag = await release()
  await elected(tag)
  await sleep(quietMs)
  expect(await repository.tip('main')).toBe(tip)
  return tag
}

interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[]
  readonly rows: readonly { readonly cells: readonly unknown[] }[]
}

/** What `kubectl get` shows of an object: column → value. */
async function columns(resource: string, name: string): Promise<Json> {
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io'
  const { columnDefinitions, rows } = (await scene().kubernetes.read(`${root}/${resource}/${name}`, accept)) as Table
  return Object.fromEntries(
    columnDefinitions.flatMap((column, index) =>
      column.priority === 0 ? [[column.name.toUpperCase(), rows[0]?.cells[index]]] : [],
    ),
  )
}

function containing(part: string): string {
  return expect.stringContaining(part) as string
}

it('kubectl get shows what was found, elected and pushed', async () => {
  const { replica, release, committed, image, server, repository, condition } = scene()
  await replica()
  const tag = await release()
  await committed(tag)
  await condition(['imageupdateautomations', 'apps'], 'True')
  const age = expect.stringMatching(/^\d+[smh]/) as string
  const common = { NAME: 'app', READY: 'True', AGE: age }
  const seen = await columns('imagepolicies', 'app')
  expect(Object.keys(seen)).toEqual(['NAME', 'IMAGE', 'TAG', 'READY', 'STATUS', 'AGE'])
  expect(seen).toEqual({ ...common, IMAGE: image, TAG: tag, STATUS: containing(`resolved to ${tag}`) })
  expect(await columns('imagerepositories', 'app')).toEqual({
    ...common,
    IMAGE: image,
    TAGS: expect.stringMatching(/^[1-9]/) as string,
    STATUS: containing('successful scan'),
  })
  const tip = await repository.tip('main')
  await until('the source has seen the commit', async () => {
    return String((await columns('gitrepositories', 'config'))['STATUS']).includes(String(tip))
  })
  expect(await columns('gitrepositories', 'config')).toEqual({
    ...common,
    NAME: 'config',
    URL: server.url,
    STATUS: containing('stored artifact'),
  })
  expect(await columns('imageupdateautomations', 'apps')).toEqual({
    ...common,
    NAME: 'apps',
    STATUS: 'repository up-to-date',
  })
}, 90_000)

it('an automation that is suspended pushes nothing, and what it missed when it is resumed', async () => {
  const { replica, committed, kubernetes } = scene()
  await replica()
  const path = `${root}/imageupdateautomations/apps`
  await kubernetes.send('PATCH', path, { spec: { suspend: true } }, merge)
  const tag = await releaseInVain()
  await kubernetes.send('PATCH', path, { spec: { suspend: false } }, merge)
  await committed(tag)
}, 90_000)

it('a repository that is suspended is not scanned until it is resumed', async () => {
  const { replica, release, committed, kubernetes, get } = scene()
  await replica()
  const path = `${root}/imagerepositories/app`
  await kubernetes.send('PATCH', path, { spec: { suspend: true } }, merge)
  await sleep(1000) // a scan that runs may end
  const before = (await get('imagerepositories', 'app'))?.status?.['lastScanResult']
  const tag = await release()
  await sleep(7000) // more than an interval
  expect((await get('imagerepositories', 'app'))?.status?.['lastScanResult']).toEqual(before)
  await kubernetes.send('PATCH', path, { spec: { suspend: false } }, merge)
  await committed(tag)
}, 90_000)

it('an automation that is deleted pushes nothing more; another by its name goes on', async () => {
  const { replica, committed, kubernetes, apply, image, server } = scene()
  await replica()
  await kubernetes.send('DELETE', `${root}/imageupdateautomations/apps`)
  const tag = await releaseInVain()
  await apply(manifests({ image, url: server.url, interval: '5s' }))
  await committed(tag)
}, 90_000)

it("an object with Flux's finalizer is gone after it was deleted", async () => {
  const { replica, apply, get, image, kubernetes, condition } = scene()
  await apply(`apiVersion: tagboat.dev/v1
kind: ImageRepository
metadata: {name: finalized, namespace: apps, finalizers: [finalizers.fluxcd.io]}
spec: {image: "${image}", interval: 1h}`)
  await replica()
  await condition(['imagerepositories', 'finalized'], 'True')
  await kubernetes.send('DELETE', `${root}/imagerepositories/finalized`)
  await until('it is gone', async () => (await get('imagerepositories', 'finalized')) === undefined)
}, 60_000)

it('a definition is removed and put back: the rest goes on, and what is created then is taken up', async () => {
  const { replica, release, committed, kubernetes, apply, image, server, get, definitions } = scene()
  const one = await replica()
  await committed(await release())
  await kubernetes.send('DELETE', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/imagepolicies.tagboat.dev')
  const told = await until(
    '/readyz tells',
    async () => {
      const { ok, text } = await readiness(one)
      const line = text.split('\n').find((part) => part.includes('tagboat.dev/ImagePolicy'))
      return line?.includes('not served') === true && { ok, line }
    },
    60,
  )
  expect(told).toEqual({ ok: true, line: '[+]watch tagboat.dev/ImagePolicy ok: the kind is not served' })
  const tag = await release()
  await until('the others go on', async () => {
    const result = (await get('imagerepositories', 'app'))?.status?.['lastScanResult'] as { latestTags: string[] }
    return result.latestTags.includes(tag)
  })
  await apply(definitions.join('---\n'))
  await apply(manifests({ image, url: server.url, interval: '5s' }))
  await committed(tag, 120)
  expect((await fetch(`${one.health}/healthz`)).ok).toBe(true)
}, 240_000)
