import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../conformance/cluster.scene.ts'
import { kinds, object, openScene, ownKinds, putWorld, type CommandScene } from '../cluster/scene.ts'

const opened: { own?: CommandScene; both?: CommandScene } = {}

beforeAll(async () => {
  opened.own = await openScene()
  putWorld(opened.own.fake)
  opened.own.fake.put(kinds.policies, object('web', { namespace: 'other', ready: false, message: 'no tag\n  fits' }))
  opened.both = await openScene([...ownKinds, kinds.fluxPolicies, kinds.oldSources])
  putWorld(opened.both.fake)
  for (const name of ['podinfo', 'alone']) opened.both.fake.put(kinds.fluxPolicies, object(name, { message: 'old' }))
})
afterAll(async () => {
  await opened.own?.[Symbol.asyncDispose]()
  await opened.both?.[Symbol.asyncDispose]()
})

async function run(words: string, scene = opened.own) {
  if (scene === undefined) throw new Error('the scene was not set')
  return scene.run(words)
}

const images = `NAME     IMAGE                         TAGS  LAST SCAN             READY  SUSPENDED  MESSAGE
podinfo  ghcr.io/stefanprodan/podinfo  42    2026-01-02T03:04:05Z  True   False      successful scan: found 42 tags with checksum sha256:00
`
const policies = `NAME     IMAGE                         TAG    READY  SUSPENDED  MESSAGE
podinfo  ghcr.io/stefanprodan/podinfo  6.2.1  True   False      Latest image tag for ghcr.io/stefanprodan/podinfo resolved to 6.2.1
`

describe('tables', () => {
  it.each([
    ['get images', images],
    ['get imgrepo podinfo', images],
    ['get image/podinfo --namespace apps', images],
    ['get policies', policies],
    ['get imagepolicy.tagboat.dev/podinfo', policies],
    [
      'get policies -A',
      `NAMESPACE  NAME     IMAGE                         TAG    READY  SUSPENDED  MESSAGE
apps       podinfo  ghcr.io/stefanprodan/podinfo  6.2.1  True   False      Latest image tag for ghcr.io/stefanprodan/podinfo resolved to 6.2.1
other      web      -                             -      False  False      no tag fits
`,
    ],
    [
      'get sources',
      `NAME    URL                             REVISION  READY  SUSPENDED  MESSAGE
config  https://git.example.com/config  -         True   False      all is well
`,
    ],
    [
      'get updates',
      `NAME  LAST RUN              LAST PUSH             READY  SUSPENDED  MESSAGE
apps  2026-01-02T03:05:00Z  2026-01-02T03:04:59Z  True   True       repository up-to-date
`,
    ],
  ])('%s', async (words, table) => {
    expect(await run(words)).toEqual({ code: 0, out: table, err: '' })
  })

  it('all kinds are sections, in which names carry their kind', async () => {
    const { out } = await run('get all')
    expect(out.split('\n').map((line) => line.split(' ')[0])).toEqual(
      'NAME imagerepository/podinfo  NAME imagepolicy/podinfo  NAME gitrepository/config  NAME imageupdateautomation/apps '.split(
        ' ',
      ),
    )
    expect((await run('get')).out).toBe(out)
  })

  it('of two groups names say which', async () => {
    const { out } = await run('get policies', opened.both)
    expect(out.split('\n').map((line) => line.split(' ')[0])).toEqual([
      'NAME',
      'imagepolicy.image.toolkit.fluxcd.io/alone',
      'imagepolicy.tagboat.dev/podinfo',
      'imagepolicy.image.toolkit.fluxcd.io/podinfo',
      '',
    ])
  })

  it('of one of them only those', async () => {
    const { out } = await run('get imagepolicies.image.toolkit.fluxcd.io podinfo', opened.both)
    expect(out).toBe(`NAME     IMAGE  TAG  READY  SUSPENDED  MESSAGE
podinfo  -      -    True   False      old
`)
  })
})

it('objects are as the API gives them, without managedFields', async () => {
  const { code, out } = await run('get policies -A -o json')
  const { items } = JSON.parse(out) as { items: readonly object[] }
  expect(code).toBe(0)
  expect(items).toMatchObject([
    { apiVersion: 'tagboat.dev/v1', kind: 'ImagePolicy', metadata: { name: 'podinfo' }, status: { latestRef: {} } },
    { apiVersion: 'tagboat.dev/v1', kind: 'ImagePolicy', metadata: { name: 'web' } },
  ])
  expect((await run('get policies podinfo -o yaml')).out).toContain('items:\n  - apiVersion: tagboat.dev/v1\n')
})

describe('what is not there', () => {
  it.each([
    ['get images -n none', 0, '✗ no ImageRepository objects found in namespace "none"\n'],
    ['get all -n none', 0, '✗ no objects found in namespace "none"\n'],
    ['get images nope', 1, '✗ ImageRepository "nope" not found in namespace "apps"\n'],
    ['get images nope -A', 1, '✗ ImageRepository "nope" not found in any namespace\n'],
  ])('%s', async (words, code, err) => {
    expect(await run(words)).toEqual({ code, out: '', err })
  })

  it('one name of several does not hide the others', async () => {
    const { code, out, err } = await run('get images podinfo nope')
    expect({ code, out, err }).toEqual({
      code: 1,
      out: images,
      err: '✗ ImageRepository "nope" not found in namespace "apps"\n',
    })
  })

  it('an empty list is a document too', async () => {
    expect(await run('get images -n none -o json')).toEqual({ code: 0, out: '{\n  "items": []\n}\n', err: '' })
  })
})

describe('what cannot be', () => {
  it.each([
    ['get syncs', 64, 'syncs: the synchronizer is not part of this release'],
    ['get all podinfo', 64, '"all" takes no names, got "podinfo"'],
    ['get polices', 64, 'there is no kind "polices"; did you mean policies?'],
    ['get images -f . --watch', 64, '--watch: files are not watched'],
    ['get images --context nowhere', 1, 'there is no context "nowhere"'],
  ])('%s', async (words, code, message) => {
    const { code: got, err } = await run(words)
    expect({ got, err }).toEqual({ got: code, err: expect.stringContaining(message) as string })
  })

  it('kinds that are not served: what to install', async () => {
    await using scene = await openScene([kinds.events])
    expect(await scene.run('get policies')).toEqual({
      code: 1,
      out: '',
      err: `tagboat: ${scene.fake.url} serves no ImagePolicy
  hint: install the definitions: tagboat crds | kubectl apply -f -
  code: CLUSTER_KIND_MISSING (docs/errors.md)
`,
    })
    expect(await scene.run('get')).toMatchObject({
      code: 1,
      err: expect.stringContaining('serves no kind of') as string,
    })
  })

  it('an old Flux: what to upgrade, beside what can be shown', async () => {
    const text = 'GitRepository of source.toolkit.fluxcd.io is served as v1beta2 only, which is not read'
    expect(await run('get sources', opened.both)).toMatchObject({
      code: 0,
      out: expect.stringContaining('config ') as string,
      err: expect.stringContaining(`tagboat: ${text}\n  hint: upgrade Flux to 2.0 or later`) as string,
    })
    expect(await run('get gitrepositories.source.toolkit.fluxcd.io', opened.both)).toMatchObject({
      code: 1,
      err: expect.stringContaining(text) as string,
    })
  })
})

function latest(tag: string, message: string) {
  return object('podinfo', { status: { latestRef: { name: 'ghcr.io/stefanprodan/podinfo', tag } }, message })
}

describe('with --watch', () => {
  it('rows come as their cells change, aligned with those above', async () => {
    await using scene = await openScene()
    putWorld(scene.fake)
    const { io, stop } = scene.start('get policies --watch')
    await until(() => io.out() !== '' && scene.fake.watches.open > 0)
    scene.fake.put(kinds.policies, latest('6.3.0-alpha.1', 'new'))
    await until(() => io.out().includes('6.3.0'))
    scene.fake.put(kinds.policies, { ...latest('6.3.0-alpha.1', 'new'), spec: { changed: 'nothing that is shown' } })
    scene.fake.put(kinds.policies, latest('6.3.0', 'new'))
    scene.fake.put(kinds.policies, object('elsewhere', { namespace: 'other' }))
    scene.fake.remove(kinds.policies, { namespace: 'apps', name: 'podinfo' })
    await until(() => io.out().includes('deleted'))
    expect(await stop()).toBe(0)
    expect(io.out()).toBe(`${policies}podinfo  ghcr.io/stefanprodan/podinfo  6.3.0-alpha.1  True   False      new
podinfo  ghcr.io/stefanprodan/podinfo  6.3.0          True   False      new
podinfo  -                             -              -      -          deleted
`)
    expect(io.err()).toBe('')
  })

  it('several kinds share a table', async () => {
    await using scene = await openScene()
    putWorld(scene.fake)
    const { io, stop } = scene.start('get -A --watch')
    await until(() => scene.fake.watches.open === 4)
    scene.fake.put(kinds.images, object('new', { ready: false, message: 'scan failed' }))
    await until(() => io.out().includes('scan failed'))
    await stop()
    expect(io.out()).toContain(`NAMESPACE  NAME                        READY  SUSPENDED  MESSAGE
apps       imagerepository/podinfo     True   False      successful scan: found 42 tags with checksum sha256:00
`)
    expect(io.out()).toMatch(/\napps {7}imagerepository\/new {9}False {2}False {6}scan failed\n$/)
  })

  it('programs get a line of JSON, or a document of YAML, a change', async () => {
    await using scene = await openScene()
    scene.fake.put(kinds.images, object('a'))
    const json = scene.start('get images --watch -o json')
    const yaml = scene.start('get images --watch -o yaml')
    await until(() => scene.fake.watches.open === 2)
    scene.fake.put(kinds.images, object('a', { message: 'changed' }))
    scene.fake.put(kinds.images, object('b'))
    scene.fake.remove(kinds.images, { namespace: 'apps', name: 'b' })
    await until(() => [json, yaml].every(({ io }) => io.out().includes('DELETED')))
    expect([await json.stop(), await yaml.stop()]).toEqual([0, 0])
    const lines = json.io.out().trim().split('\n')
    const changes = lines.map((line) => JSON.parse(line) as { type: string; object: { metadata: { name: string } } })
    expect(changes.map((change) => [change.type, change.object.metadata.name])).toEqual([
      ['ADDED', 'a'],
      ['MODIFIED', 'a'],
      ['ADDED', 'b'],
      ['DELETED', 'b'],
    ])
    expect(yaml.io.out().match(/^---\ntype: [A-Z]+\nobject:\n/gm)).toHaveLength(4)
  })
})

it('with -f it shows what files hold, with the statuses of earlier runs', async () => {
  await using scene = await openScene()
  await mkdir(join(scene.folder, 'policies'))
  const repository = `apiVersion: image.toolkit.fluxcd.io/v1
kind: ImageRepository
metadata: {name: web, namespace: team}
spec: {image: registry.example.com/web, interval: 5m}
`
  await writeFile(join(scene.folder, 'policies', 'web.yaml'), repository)
  const status = { conditions: [{ type: 'Ready', status: 'True', reason: 'Succeeded', message: 'scanned' }] }
  const state = { version: 1, objects: { 'image.toolkit.fluxcd.io/ImageRepository/team/web': status } }
  await writeFile(join(scene.folder, 'state.json'), JSON.stringify(state))
  const folder = join(scene.folder, 'policies')
  expect(await scene.run(`get images -f ${folder} --state state.json`)).toEqual({
    code: 0,
    out: `NAMESPACE  NAME  IMAGE                     TAGS  LAST SCAN  READY  SUSPENDED  MESSAGE
team       web   registry.example.com/web  -     -          True   False      scanned
`,
    err: '',
  })
  const { out } = await scene.run(`get all -f ${folder} -n team -o json`)
  expect(JSON.parse(out)).toMatchObject({ items: [{ kind: 'ImageRepository', metadata: { name: 'web' } }] })
  expect(await scene.run(`get images web -f ${folder} -n none`)).toMatchObject({ code: 1 })
})
