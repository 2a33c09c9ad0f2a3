import { describe, expect, it } from 'vitest'
import { readDefinitions, type DefinitionFile } from '#cli/cluster/definition-files.ts'
import { crdsOf } from '#cli/commands/crds.ts'
import { specSchemas } from '#core/api/kinds.ts'
import { parseYamlValues } from '#core/yaml.ts'
import type { FakeKind } from '../../fakes/kubernetes.ts'
import { openScene } from '../cluster/scene.ts'
import { memoryIo } from '../memory-io.ts'

interface Definition {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: { readonly group: string; readonly names: { readonly kind: string } }
}

it('prints the definitions of our group as a stream of YAML, without a cluster', async () => {
  await using scene = await openScene([])
  const { code, out, err } = await scene.run('crds')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const documents = parseYamlValues(out).documents.map(({ value }) => value as Definition)
  expect(documents.map(({ kind }) => kind)).toEqual(documents.map(() => 'CustomResourceDefinition'))
  expect(new Set(documents.map(({ spec }) => spec.group))).toEqual(new Set(['tagboat.dev']))
  expect(documents.map(({ spec }) => spec.names.kind).toSorted()).toEqual(Object.keys(specSchemas).toSorted())
  expect(scene.fake.requests).toEqual([])
})

it.each(['json', 'yaml'])('-o %s is a List, which kubectl takes as well', async (output) => {
  await using scene = await openScene([])
  const { out } = await scene.run(`crds -o ${output}`)
  const list = parseYamlValues(out).documents[0]?.value as { kind: string; items: readonly Definition[] }
  expect({ kind: list.kind, count: list.items.length }).toEqual({
    kind: 'List',
    count: Object.keys(specSchemas).length,
  })
})

const crds: FakeKind = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  resource: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
}

function file(plural: string, group: string): DefinitionFile {
  const name = `${plural}.${group}`
  const metadata = { name, labels: { 'app.kubernetes.io/part-of': 'tagboat' } }
  const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: crds.kind, metadata }
  return { name, isOwn: group === 'tagboat.dev', text: `name: ${name}\n`, definition }
}

const image = 'image.toolkit.fluxcd.io'
const files = [
  file('imagepolicies', 'tagboat.dev'),
  file('imagepolicies', image),
  file('imagerepositories', image),
  file('imageupdateautomations', image),
]

function live(plural: string, owner: string) {
  return { metadata: { name: `${plural}.${image}`, labels: { 'app.kubernetes.io/part-of': owner } } }
}

async function run(flags: Readonly<Record<string, boolean>>) {
  await using scene = await openScene([crds])
  scene.fake.put(crds, live('imagepolicies', 'flux'))
  scene.fake.put(crds, live('imagerepositories', 'tagboat'))
  const io = memoryIo()
  expect(await crdsOf(files)([], { kubeconfig: scene.kubeconfig, ...flags }, io)).toBe(0)
  return { printed: [...io.out().matchAll(/^name: (.*)$/gm)].map(([, name]) => name), err: io.err(), scene }
}

describe("with --flux those of Flux's groups", () => {
  it('come too, but for what the cluster has from Flux', async () => {
    const { printed, err, scene } = await run({ flux: true })
    expect(printed).toEqual([
      'imagepolicies.tagboat.dev',
      `imagerepositories.${image}`,
      `imageupdateautomations.${image}`,
    ])
    expect(err).toBe(`✗ imagepolicies.${image} is left out: ${scene.fake.url} has it from Flux\n`)
  })

  it('come all with --offline, which asks nobody', async () => {
    const { printed, scene } = await run({ flux: true, offline: true })
    expect(printed).toEqual(files.map(({ name }) => name))
    expect(scene.fake.requests).toEqual([])
  })

  it('stay away without it', async () => {
    const { printed } = await run({})
    expect(printed).toEqual(['imagepolicies.tagboat.dev'])
  })
})

it('every file of deploy/crds is read, our own first', async () => {
  const read = await readDefinitions()
  const groups = read.map(({ isOwn }) => isOwn)
  expect(groups).toEqual(groups.toSorted((a, b) => Number(b) - Number(a)))
  expect(read.filter(({ isOwn }) => isOwn)).toHaveLength(Object.keys(specSchemas).length)
  expect(new Set(read.filter(({ isOwn }) => !isOwn).map(({ name }) => name.split('.').slice(1).join('.')))).toEqual(
    new Set(['image.toolkit.fluxcd.io', 'source.toolkit.fluxcd.io']),
  )
})
