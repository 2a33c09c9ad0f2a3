import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ResourceKind } from '#core/api/kinds.ts'
import { rules } from '#core/api/rules.ts'
import { statusSchemas } from '#core/api/status-schemas.ts'
import { parseYamlValues } from '#core/yaml.ts'
import type { KubeObject } from '#io/cluster/cluster.ts'
import { crdNames, groupOf, type Family } from '../../deploy/crd-names.ts'
import { examples } from '../../deploy/examples.ts'
import { structural } from '../../deploy/structural.ts'
import { listFiles, readText } from '../rules/sources.ts'
import { startKubernetes, type KubernetesService } from '../services/kubernetes.ts'
import { applyDefinitions } from './cluster.scene.ts'
import { completed, ownFields, refused, specOf, type Spec } from './crds.cases.ts'
import { sampleOf } from './crds.sample.ts'

// What a real API server makes of our CustomResourceDefinitions, in our group and in Flux's groups.
const running: { service?: KubernetesService; count: number } = { count: 0 }

beforeAll(async () => {
  running.service = await startKubernetes()
  await applyDefinitions(async (...request) => send(...request), listFiles('deploy/crds/**/*_*.yaml'))
}, 90_000)
afterAll(async () => running.service?.[Symbol.asyncDispose]())

async function send(...request: Parameters<KubernetesService['send']>): ReturnType<KubernetesService['send']> {
  if (running.service === undefined) throw new Error('the server did not start')
  return running.service.send(...request)
}

/** A kind as a group and version serves it. */
interface Served {
  readonly kind: ResourceKind
  readonly family: Family
  readonly apiVersion: string
}

const kinds = Object.keys(examples) as readonly ResourceKind[]

const served: readonly Served[] = (['tagboat', 'flux'] as const).flatMap((family) =>
  kinds.flatMap((kind) => {
    const { group, versions } = groupOf(kind, family)
    return versions.map((version) => ({ kind, family, apiVersion: `${group}/${version}` }))
  }),
)

function pathOf({ kind, apiVersion }: Omit<Served, 'family'>, name = ''): string {
  return `/apis/${apiVersion}/namespaces/default/${crdNames[kind].plural}${name === '' ? '' : `/${name}`}`
}

interface Answer {
  readonly status: number
  readonly value: KubeObject
  /** Why it was refused. */
  readonly text: string
}

/** Creates an object; unknown fields are an error as with kubectl, unless they are to be pruned. */
async function create(at: Omit<Served, 'family'>, spec: unknown, more: object = {}, prunes = false): Promise<Answer> {
  running.count += 1
  const object = { apiVersion: at.apiVersion, kind: at.kind, metadata: { name: `o-${running.count}` }, spec, ...more }
  const query = `?fieldValidation=${prunes ? 'Ignore' : 'Strict'}`
  const { status, value } = await send('POST', pathOf(at) + query, object)
  return { status, value: value as KubeObject, text: (value as { message?: string }).message ?? '' }
}

it('every accepted group and version is served', () => {
  const shown = served.map(({ kind, apiVersion }) => `${apiVersion} ${kind}`)
  expect(shown).toHaveLength(11)
  expect(shown).toContain('image.toolkit.fluxcd.io/v1beta2 ImagePolicy')
  expect(shown).toContain('source.toolkit.fluxcd.io/v1 GitRepository')
})

describe.each(served)('$apiVersion $kind', (at) => {
  const { kind, family, apiVersion } = at

  it('its definition is accepted as structural, with its names', async () => {
    const root = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
    const { value } = await send('GET', `${root}/${crdNames[kind].plural}.${groupOf(kind, family).group}`)
    const { conditions, acceptedNames } = (
      value as {
        status: { conditions: readonly { type: string; status: string; message: string }[]; acceptedNames: object }
      }
    ).status
    const shown = conditions.map(({ type, status }) => `${type}=${status}`)
    expect(shown).toEqual(expect.arrayContaining(['NamesAccepted=True', 'Established=True']))
    expect(conditions.filter(({ type, status }) => type === 'NonStructuralSchema' && status === 'True')).toEqual([])
    const categories = family === 'tagboat' ? ['tagboat'] : crdNames[kind].fluxCategories
    expect(acceptedNames).toMatchObject({
      kind,
      shortNames: crdNames[kind].shortNames[family],
      categories: ['all', ...categories],
    })
  })

  it('its example is accepted; status begins as never observed', async () => {
    const { status, value } = await create(at, specOf(kind))
    expect(status).toBe(201)
    expect(value.spec).toMatchObject(specOf(kind))
    expect(value.status).toEqual({ observedGeneration: -1 })
  })

  it('a status in the object itself is not taken, unknown fields are pruned', async () => {
    const spec = { ...specOf(kind), unheardOf: 1 }
    const { value } = await create(at, spec, { status: { observedGeneration: 5 } }, true)
    expect(value.status).toEqual({ observedGeneration: -1 })
    expect(value.spec).not.toHaveProperty('unheardOf')
  })

  it('fields of ours are part of the spec in our group alone', async () => {
    const spec = { ...specOf(kind), ...ownFields[kind] }
    const { status, text } = await create(at, spec)
    const unknown = text.includes('unknown field "spec.')
    expect({ status, unknown }).toEqual(
      family === 'tagboat' ? { status: 201, unknown: false } : { status: 400, unknown: true },
    )
    const { value } = await create(at, spec, {}, true)
    const kept = Object.keys(value.spec as Spec).filter((field) => field in ownFields[kind])
    expect(kept.toSorted()).toEqual(family === 'tagboat' ? Object.keys(ownFields[kind]).toSorted() : [])
  })

  it('every field of a status is kept', async () => {
    const { value } = await create(at, specOf(kind))
    const { name } = value.metadata
    const full = sampleOf(structural(statusSchemas[kind], { own: true }))
    const body = { apiVersion, kind, metadata: { name }, status: full }
    const query = '?fieldManager=tagboat&fieldValidation=Strict'
    const type = 'application/apply-patch+yaml'
    const { status, value: written } = await send('PATCH', `${pathOf(at, name)}/status${query}`, body, type)
    expect({ status, written: (written as KubeObject).status }).toEqual({ status: 200, written: full })
  })

  it('kubectl gets the columns that are written', async () => {
    const table = await tableOf(at)
    const wanted = ['Name', ...crdNames[kind].columns.map(({ name }) => name)]
    expect(table.columnDefinitions.map(({ name }) => name)).toEqual(wanted)
    const priorities = crdNames[kind].columns.map(({ priority = 0 }) => priority)
    expect(table.columnDefinitions.slice(1).map(({ priority }) => priority)).toEqual(priorities)
  })

  it('without a spec, or without what is required in it, it is refused', async () => {
    const { status, text } = await create(at, undefined)
    expect({ status, text }).toEqual({ status: 422, text: expect.stringContaining('spec: Required value') as string })
    const [first = ''] = Object.keys(specOf(kind))
    const { [first]: _dropped, ...rest } = specOf(kind)
    expect(await create(at, rest)).toMatchObject({
      status: 422,
      text: expect.stringContaining(`spec.${first}: Required value`) as string,
    })
  })

  const refusals = refused.filter((one) => one.kind === kind && (one.only ?? family) === family)
  it.each(refusals)('$what is refused, and the words say why', async ({ spec, message }) => {
    const { status, text } = await create(at, spec)
    expect({ status, text }).toEqual({ status: 422, text: expect.stringContaining(message) as string })
  })

  it.each(completed.filter((one) => one.kind === kind))('$spec is completed', async ({ spec, [family]: added }) => {
    const { status, value } = await create(at, spec)
    expect({ status, spec: value.spec }).toEqual({ status: 201, spec: { ...spec, ...added } })
  })
})

interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[]
}

async function tableOf(at: Served): Promise<Table> {
  if (running.service === undefined) throw new Error('the server did not start')
  return (await running.service.read(pathOf(at), 'application/json;as=Table;v=v1;g=meta.k8s.io')) as Table
}

it('every rule across fields is among the refused ones, in the groups that have it', () => {
  const flat = kinds.flatMap((kind) => rules[kind].map(({ message, origin }) => ({ message, origin })))
  const unproven = flat.filter(({ message, origin }) => {
    const only = origin === 'tagboat' ? 'tagboat' : undefined
    return !refused.some((one) => message.startsWith(one.message) && one.only === only)
  })
  expect(unproven).toEqual([])
})

it('what Flux takes and our group refuses is taken in its group, where a condition says what counts', async () => {
  const takenByFlux = refused.filter(({ only, spec }) => only === 'tagboat' && !isOwnSpec(spec))
  expect(takenByFlux.map(({ what }) => what)).toEqual(['no policy', 'two policies', 'an App without its Secret'])
  for (const { kind, spec } of takenByFlux) {
    const { status, text } = await create({ kind, apiVersion: `${groupOf(kind, 'flux').group}/v1` }, spec)
    expect({ status, text }).toEqual({ status: 201, text: '' })
  }
})

function isOwnSpec(spec: Spec): boolean {
  return Object.values(ownFields).some((fields) => Object.keys(fields).some((field) => field in spec))
}

it('an object of a deprecated version is the same object in the stored one', async () => {
  const group = 'image.toolkit.fluxcd.io'
  const { value } = await create({ kind: 'ImagePolicy', apiVersion: `${group}/v1beta2` }, specOf('ImagePolicy'))
  const path = pathOf({ kind: 'ImagePolicy', apiVersion: `${group}/v1` }, value.metadata.name)
  expect((await send('GET', path)).value).toMatchObject({ apiVersion: `${group}/v1`, spec: value.spec })
})

it('every resource of policies/ is applied as it is', async () => {
  const files = listFiles('policies/*.yaml').filter((file) => !file.endsWith('.test.yaml'))
  const objects = files.flatMap((file) =>
    parseYamlValues(readText(file)).documents.map(({ value }) => ({ file, object: value as KubeObject })),
  )
  expect(objects.length).toBeGreaterThan(20)
  for (const { file, object } of objects) {
    const { name, namespace = 'default' } = object.metadata
    await send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
    const { plural } = crdNames[object.kind as ResourceKind]
    const path = `/apis/${object.apiVersion}/namespaces/${namespace}/${plural}/${name}`
    const query = '?fieldManager=kubectl&fieldValidation=Strict'
    const { status, value } = await send('PATCH', path + query, object, 'application/apply-patch+yaml')
    expect({ file, name, status, text: (value as { message?: string }).message }).toMatchObject({ status: 201 })
  }
})
