import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ObjectRef } from '#core/api/object-ref.ts'
import { ready, stalled } from '#core/status/conditions-of.ts'
import { openFiles, type FilesOptions } from '#io/files/resources.ts'

const fixtures = 'test/fixtures/resources'
const logged: string[] = []
let now = Date.parse('2026-01-01T00:00:00Z')

const note = (level: string) => (message: string, fields?: object) =>
  void logged.push(`${level} ${message}${fields === undefined ? '' : ` ${JSON.stringify(fields)}`}`)

const options: FilesOptions = {
  log: { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') },
  clock: { now: () => now },
}

const podinfo: ObjectRef = {
  group: 'image.toolkit.fluxcd.io',
  kind: 'ImagePolicy',
  namespace: 'flux-system',
  name: 'podinfo',
}

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tagboat-resources-'))
  logged.length = 0
})

afterEach(async () => {
  await rm(folder, { recursive: true })
})

describe('a folder of Flux as people have it', () => {
  it('loads unchanged', async () => {
    const files = await openFiles([`${fixtures}/flux`], options)
    const resources = await files.list()
    expect(resources.map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.name}`)).toEqual([
      'image.toolkit.fluxcd.io/v1 ImageRepository podinfo',
      'image.toolkit.fluxcd.io/v1beta2 ImagePolicy podinfo',
      'source.toolkit.fluxcd.io/v1 GitRepository flux-system',
      'image.toolkit.fluxcd.io/v1 ImageUpdateAutomation flux-system',
    ])
    expect(files.checkReferences()).toBeUndefined()
    expect(files.notes).toEqual([
      {
        level: 'info',
        message: `${fixtures}/flux/clusters/prod/flux-system/gotk-sync.yaml:16: Kustomization flux-system/flux-system: the synchronizer is not supported yet; passed over`,
      },
      {
        level: 'info',
        message: `${fixtures}/flux/clusters/prod/flux-system/secret.yaml:1: Secret flux-system/flux-system: encrypted by SOPS, which is not supported yet; taken as missing`,
      },
    ])
    expect(logged).toEqual(files.notes.map(({ level, message }) => `${level} ${message}`))
  })

  it('has its Secrets, accounts and labels', async () => {
    const files = await openFiles([`${fixtures}/flux`], options)
    const secret = await files.secret('flux-system', 'ghcr')
    expect([...(secret?.data.keys() ?? [])]).toEqual(['.dockerconfigjson'])
    expect(secret?.resourceVersion).toMatch(/^[0-9a-f]{64}$/)
    expect(await files.secret('flux-system', 'flux-system')).toBeUndefined()
    expect(await files.pullSecrets('flux-system', 'image-reflector-controller')).toEqual([])
    expect(await files.namespaceLabels('flux-system')).toMatchObject({ 'app.kubernetes.io/part-of': 'flux' })
  })

  it('gives the version of a Secret under a key of the process', async () => {
    const opened = await Promise.all([1, 2].map(() => openFiles([`${fixtures}/flux`], options)))
    const [one, other] = await Promise.all(opened.map((files) => files.secret('flux-system', 'ghcr')))
    expect(one?.resourceVersion).not.toBe(other?.resourceVersion)
  })
})

describe('broken files', () => {
  it('are all told, each with its line', async () => {
    const at = `${fixtures}/broken`
    await expect(openFiles([at], options)).rejects.toMatchObject({
      code: 'RESOURCE_INVALID',
      message: [
        `${at}/one.yaml:6: ImageRepository default/web: spec.interval: is required`,
        `${at}/one.yaml:8: ImageRepository default/web: spec.intervall: unknown field; did you mean interval?`,
        `${at}/one.yaml:16: ImagePolicy default/web: spec.policy: expected exactly one of semver, alphabetical, numerical, calver, newest`,
        `${at}/syntax.yaml:7: Flow sequence in block collection must be sufficiently indented and end with a ]`,
        `${at}/two.yml:4: GitRepository default/config: is given twice, first at ${at}/one.yaml:20`,
        `${at}/two.yml:12: ImageUpdateAutomaton default/all: kind: tagboat.dev has no kind ImageUpdateAutomaton; did you mean ImageUpdateAutomation?`,
      ].join('\n'),
    })
  })
})

describe('standard input', () => {
  const text =
    'apiVersion: tagboat.dev/v1\nkind: ImageRepository\nmetadata: {name: a}\nspec: {image: a, interval: 1m}\n'

  it('is one of the paths', async () => {
    const files = await openFiles(['-', `${fixtures}/flux`], { ...options, stdin: text })
    expect((await files.list()).map(({ origin }) => origin?.file)).toContain('standard input')
    await expect(openFiles(['-'], { ...options, stdin: text.replace('image: a', 'img: a') })).rejects.toThrow(
      'standard input:4: ImageRepository default/a: spec.image: is required',
    )
  })

  it('must be there when it is asked for', async () => {
    await expect(openFiles(['-'], options)).rejects.toMatchObject({ code: 'RESOURCE_UNREADABLE' })
  })
})

describe('statuses', () => {
  const status = { latestRef: { name: 'ghcr.io/stefanprodan/podinfo', tag: '5.0.0' }, conditions: ready('found') }

  it('stay in memory, with the times of conditions', async () => {
    const files = await openFiles([`${fixtures}/flux`], options)
    expect((await files.get(podinfo))?.status).toBeUndefined()
    await files.putStatus(podinfo, status)
    const conditions = [{ ...status.conditions[0], lastTransitionTime: '2026-01-01T00:00:00Z' }]
    expect((await files.get(podinfo))?.status).toEqual({ ...status, conditions })
    expect((await files.list()).find(({ kind }) => kind === 'ImagePolicy')?.status).toEqual({ ...status, conditions })
  })

  it('keep the time of a condition while its status stays', async () => {
    const files = await openFiles([`${fixtures}/flux`], options)
    const time = async () =>
      (await files.get(podinfo))?.status?.conditions?.map(
        (one) => (one as { lastTransitionTime?: string }).lastTransitionTime,
      )
    await files.putStatus(podinfo, status)
    now += 3_600_000
    await files.putStatus(podinfo, { ...status, conditions: ready('found more') })
    expect(await time()).toEqual(['2026-01-01T00:00:00Z'])
    await files.putStatus(podinfo, { ...status, conditions: stalled('InvalidPolicy', 'no') })
    expect(await time()).toEqual(['2026-01-01T01:00:00Z', '2026-01-01T01:00:00Z'])
    await files.putStatus(podinfo, { latestRef: status.latestRef })
    expect((await files.get(podinfo))?.status).toEqual({ latestRef: status.latestRef })
  })

  it('come back from a state file', async () => {
    const stateFile = join(folder, 'state.json')
    const files = await openFiles([`${fixtures}/flux`], { ...options, stateFile })
    await files.putStatus(podinfo, status)
    const text = await readFile(stateFile, 'utf8')
    const again = await openFiles([`${fixtures}/flux`], { ...options, stateFile })
    const stored = await again.get(podinfo)
    expect(stored?.status).toMatchObject({ latestRef: status.latestRef })
    await again.putStatus(podinfo, stored?.status ?? {})
    expect(await readFile(stateFile, 'utf8')).toBe(text)
  })

  it('are not written to the state file by a command that only looks', async () => {
    const stateFile = join(folder, 'state.json')
    const files = await openFiles([`${fixtures}/flux`], { ...options, stateFile, keepsState: false })
    await files.putStatus(podinfo, status)
    expect((await files.get(podinfo))?.status).toMatchObject(status)
    await expect(readFile(stateFile)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('are only of objects that exist', async () => {
    const files = await openFiles([`${fixtures}/flux`], options)
    expect(await files.get({ ...podinfo, name: 'other' })).toBeUndefined()
    expect(await files.get({ ...podinfo, group: 'tagboat.dev' })).toBeUndefined()
    await expect(files.putStatus({ ...podinfo, name: 'other' }, {})).rejects.toMatchObject({ code: 'INTERNAL' })
  })
})

describe('events', () => {
  it('are lines of the log', async () => {
    const files = await openFiles([`${fixtures}/flux`], options)
    logged.length = 0
    await files.putEvents(podinfo, [
      { type: 'Normal', reason: 'Succeeded', message: 'found', metadata: { tag: '1' } },
      { type: 'Warning', reason: 'Held', message: 'kept', metadata: {} },
    ])
    const object = '"kind":"ImagePolicy","namespace":"flux-system","name":"podinfo"'
    expect(logged).toEqual([
      `info found {"tag":"1",${object},"type":"Normal","reason":"Succeeded"}`,
      `info kept {${object},"type":"Warning","reason":"Held"}`,
    ])
  })
})
