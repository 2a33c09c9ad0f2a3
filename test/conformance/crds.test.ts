import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ownGroup } from '#core/api/group.ts'
import type { ResourceKind } from '#core/api/kinds.ts'
import { rules } from '#core/api/rules.ts'
import { parseYamlValues } from '#core/yaml.ts'
import type { KubeObject } from '#io/cluster/cluster.ts'
import { crdNames } from '../../deploy/crd.ts'
import { examples } from '../../deploy/examples.ts'
import { listFiles, readText } from '../rules/sources.ts'
import { startKubernetes, type KubernetesService } from '../services/kubernetes.ts'
import { applyDefinitions } from './cluster.scene.ts'

// What a real API server makes of our CustomResourceDefinitions.
const running: { service?: KubernetesService; count: number } = { count: 0 }

beforeAll(async () => {
  running.service = await startKubernetes()
  await applyDefinitions(async (...request) => send(...request))
}, 90_000)
afterAll(async () => running.service?.[Symbol.asyncDispose]())

async function send(...request: Parameters<KubernetesService['send']>): ReturnType<KubernetesService['send']> {
  if (running.service === undefined) throw new Error('the server did not start')
  return running.service.send(...request)
}

const kinds = Object.keys(examples) as readonly ResourceKind[]
const root = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

function pathOf(kind: ResourceKind, name = ''): string {
  return `/apis/${ownGroup}/v1/namespaces/default/${crdNames[kind].plural}${name === '' ? '' : `/${name}`}`
}

type Spec = Readonly<Record<string, unknown>>

function specOf(kind: ResourceKind): Spec {
  const value = parseYamlValues(examples[kind]).documents[0]?.value as { spec: Spec } | undefined
  return value?.spec ?? {}
}

async function create(
  kind: ResourceKind,
  spec: unknown,
  more: object = {},
): Promise<{ status: number; value: KubeObject; text: string }> {
  running.count += 1
  const metadata = { name: `o-${running.count}` }
  const { status, value } = await send('POST', pathOf(kind), {
    apiVersion: `${ownGroup}/v1`,
    kind,
    metadata,
    spec,
    ...more,
  })
  return { status, value: value as KubeObject, text: (value as { message?: string }).message ?? '' }
}

describe.each(kinds)('%s', (kind) => {
  it('its definition is accepted as structural, with its names', async () => {
    const { value } = await send('GET', `${root}/${crdNames[kind].plural}.${ownGroup}`)
    const { conditions, acceptedNames } = (
      value as {
        status: { conditions: readonly { type: string; status: string; message: string }[]; acceptedNames: object }
      }
    ).status
    const shown = conditions.map(({ type, status }) => `${type}=${status}`)
    expect(shown).toEqual(expect.arrayContaining(['NamesAccepted=True', 'Established=True']))
    expect(conditions.filter(({ type, status }) => type === 'NonStructuralSchema' && status === 'True')).toEqual([])
    expect(acceptedNames).toMatchObject({
      kind,
      shortNames: [crdNames[kind].shortName],
      categories: ['all', 'tagboat'],
    })
  })

  it('its example is accepted; status begins as never observed', async () => {
    const { status, value } = await create(kind, specOf(kind))
    expect(status).toBe(201)
    expect(value.spec).toMatchObject(specOf(kind))
    expect(value.status).toEqual({ observedGeneration: -1 })
  })

  it('a status in the object itself is not taken, unknown fields are pruned', async () => {
    const { value } = await create(kind, { ...specOf(kind), unheardOf: 1 }, { status: { observedGeneration: 5 } })
    expect(value.status).toEqual({ observedGeneration: -1 })
    expect(value.spec).not.toHaveProperty('unheardOf')
  })

  it('kubectl gets the columns that are written', async () => {
    const headers = 'application/json;as=Table;v=v1;g=meta.k8s.io'
    const table = await tableOf(kind, headers)
    const wanted = ['Name', ...crdNames[kind].columns.map(({ name }) => name)]
    expect(table.columnDefinitions.map(({ name }) => name)).toEqual(wanted)
    const priorities = crdNames[kind].columns.map(({ priority = 0 }) => priority)
    expect(table.columnDefinitions.slice(1).map(({ priority }) => priority)).toEqual(priorities)
  })

  it('without a spec, or without what is required in it, it is refused', async () => {
    const { status, text } = await create(kind, undefined)
    expect({ status, text }).toEqual({ status: 422, text: expect.stringContaining('spec: Required value') as string })
    const [first = ''] = Object.keys(specOf(kind))
    const { [first]: _dropped, ...rest } = specOf(kind)
    expect(await create(kind, rest)).toMatchObject({
      status: 422,
      text: expect.stringContaining(`spec.${first}: Required value`) as string,
    })
  })
})

interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[]
}

async function tableOf(kind: ResourceKind, accept: string): Promise<Table> {
  if (running.service === undefined) throw new Error('the server did not start')
  return (await running.service.read(pathOf(kind), accept)) as Table
}

const repository = specOf('ImageRepository')
const policy = specOf('ImagePolicy')
const source = specOf('GitRepository')
const automation = specOf('ImageUpdateAutomation')

/** Specs that must be refused, and by which words. */
const refused: readonly [ResourceKind, string, Spec, string][] = [
  ['ImageRepository', 'no duration', { ...repository, interval: '5 min' }, 'spec.interval: Invalid value: "5 min"'],
  ['ImageRepository', 'hours in a timeout', { ...repository, timeout: '1h' }, 'spec.timeout: Invalid value: "1h"'],
  ['ImageRepository', 'an empty image', { ...repository, image: '' }, 'spec.image: Invalid value'],
  ['ImageRepository', 'a number for a text', { ...repository, image: 5 }, 'spec.image: Invalid value'],
  [
    'ImageRepository',
    'too many exclusions',
    { ...repository, exclusionList: Array.from({ length: 26 }, String) },
    'spec.exclusionList: Too many: 26: must have at most 25 items',
  ],
  [
    'ImageRepository',
    'an unknown provider',
    { ...repository, provider: 'acme' },
    'spec.provider: Unsupported value: "acme"',
  ],
  [
    'ImageRepository',
    'a reference without a name',
    { ...repository, secretRef: {} },
    'spec.secretRef.name: Required value',
  ],
  [
    'ImagePolicy',
    'no policy',
    { ...policy, policy: {} },
    'expected exactly one of semver, alphabetical, numerical, calver, newest',
  ],
  [
    'ImagePolicy',
    'two policies',
    { ...policy, policy: { semver: { range: '^1' }, numerical: { order: 'asc' } } },
    'expected exactly one of semver',
  ],
  [
    'ImagePolicy',
    'an interval without Always',
    { ...policy, interval: '5m' },
    "spec.interval is only accepted when spec.digestReflectionPolicy is set to 'Always'",
  ],
  [
    'ImagePolicy',
    'Always without an interval',
    { ...policy, digestReflectionPolicy: 'Always' },
    "spec.interval must be set when spec.digestReflectionPolicy is set to 'Always'",
  ],
  [
    'ImagePolicy',
    'an unknown order',
    { ...policy, policy: { numerical: { order: 'up' } } },
    'spec.policy.numerical.order: Unsupported value: "up"',
  ],
  [
    'GitRepository',
    'an account without a cloud',
    { ...source, serviceAccountName: 'a' },
    "serviceAccountName can only be set when provider is 'azure' or 'aws'",
  ],
  [
    'GitRepository',
    'an App without its Secret',
    { ...source, provider: 'github' },
    "spec.secretRef must be set when spec.provider is 'github'",
  ],
  ['GitRepository', 'an address of another kind', { ...source, url: 'git@github.com:a/b' }, 'spec.url: Invalid value'],
  [
    'ImageUpdateAutomation',
    'another strategy',
    { ...automation, update: { strategy: 'Guess' } },
    'spec.update.strategy: Unsupported value: "Guess"',
  ],
  [
    'ImageUpdateAutomation',
    'a source without a name',
    { ...automation, sourceRef: { kind: 'GitRepository' } },
    'spec.sourceRef.name: Required value',
  ],
  [
    'ImageUpdateAutomation',
    'a source of another kind',
    { ...automation, sourceRef: { kind: 'Bucket', name: 'a' } },
    'spec.sourceRef.kind: Unsupported value: "Bucket"',
  ],
]

it.each(refused)('%s with %s is refused, and the words say why', async (kind, _what, spec, expected) => {
  const { status, text } = await create(kind, spec)
  expect({ status, text }).toEqual({ status: 422, text: expect.stringContaining(expected) as string })
})

it('every rule across fields is among the refused ones', () => {
  const messages = Object.values(rules).flatMap((list) => list.map(({ message }) => message))
  const unproven = messages.filter((message) => refused.every(([, , , expected]) => !message.startsWith(expected)))
  expect(unproven).toEqual([])
})

/** What the server fills in. */
const completed: readonly [ResourceKind, Spec, object][] = [
  ['ImageRepository', repository, { exclusionList: ['^.*\\.sig$'], provider: 'generic' }],
  [
    'ImageRepository',
    { ...repository, accessFrom: { namespaceSelectors: [{}] } },
    { accessFrom: { namespaceSelectors: [{ matchLabels: {} }] } },
  ],
  ['ImagePolicy', policy, { digestReflectionPolicy: 'Never', allowDowngrade: 'Never' }],
  [
    'ImagePolicy',
    { ...policy, policy: { numerical: {} } },
    { policy: { numerical: { order: 'asc', onInvalid: 'Fail' } } },
  ],
  ['ImagePolicy', { ...policy, filterTags: {} }, { filterTags: { pattern: '', extract: '' } }],
  ['GitRepository', source, { timeout: '60s', provider: 'generic' }],
  ['ImageUpdateAutomation', automation, { sourceRef: { kind: 'GitRepository' } }],
]

it.each(completed)('%s %j is completed', async (kind, spec, expected) => {
  const { status, value } = await create(kind, spec)
  expect(status).toBe(201)
  expect(value.spec).toMatchObject(expected)
})

it('what our own parser accepts the server accepts: every resource of policies/, moved into our group', async () => {
  const objects = listFiles('policies/*.yaml')
    .filter((file) => !file.endsWith('.test.yaml'))
    .flatMap((file) => parseYamlValues(readText(file)).documents.map(({ value }) => value as KubeObject))
    .filter(({ kind, metadata }) => kinds.includes(kind as ResourceKind) && metadata.annotations === undefined)
  expect(objects.length).toBeGreaterThan(10)
  for (const { kind, spec } of objects) {
    const { status, text } = await create(kind as ResourceKind, spec)
    expect({ status, text }).toEqual({ status: 201, text: '' })
  }
})
