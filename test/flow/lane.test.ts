import { expect, it } from 'vitest'
import type { ImageUpdateAutomation } from '#core/api/image-update-automation.ts'
import type { ResourceKind } from '#core/api/kinds.ts'
import { lanesOf } from '#flow/lane.ts'
import { example } from '../core/api/examples.ts'
import { memoryWorld } from './memory-ports.ts'
import { signal } from './rows.ts'

const author = { name: 'Bot', email: 'bot@example.com' }

function object(kind: ResourceKind, namespace: string, name: string, fields: object) {
  return example(kind, fields, { namespace, name })
}

/** An automation and its source, in one namespace. */
function pair(namespace: string, name: string, secret?: string) {
  const source = secret === undefined ? {} : { secretRef: { name: secret } }
  return [
    object('GitRepository', namespace, name, { ref: { branch: 'main' }, ...source }),
    object('ImageUpdateAutomation', namespace, name, {
      sourceRef: { kind: 'GitRepository', name },
      git: { commit: { author }, push: { branch: 'updates' } },
    }),
  ]
}

const cases = [
  { title: 'nobody has a Secret', objects: [pair('a', 'x'), pair('b', 'y')], lanes: [['a/x', 'b/y']] },
  { title: 'both name one Secret', objects: [pair('a', 'x', 's'), pair('a', 'y', 's')], lanes: [['a/x', 'a/y']] },
  { title: 'two Secrets', objects: [pair('a', 'x', 's'), pair('a', 'y', 'other')], lanes: [['a/x'], ['a/y']] },
  { title: 'one has none', objects: [pair('a', 'x', 's'), pair('b', 'y')], lanes: [['a/x'], ['b/y']] },
  { title: 'of two namespaces', objects: [pair('a', 'x', 's'), pair('b', 'y', 's')], lanes: [['a/x'], ['b/y']] },
]

it.each(cases)('I8 automations share a lane where they have the same rights: $title', async ({ objects, lanes }) => {
  const all = objects.flat()
  const world = memoryWorld({ objects: all, secrets: { s: { password: 'x' }, other: { password: 'y' } } })
  const automations = all.filter((one): one is ImageUpdateAutomation => one.kind === 'ImageUpdateAutomation')
  const found = await lanesOf(automations, world.ports, signal)
  expect(found.failed).toEqual([])
  const names = found.lanes.map(({ members }) =>
    members.map(({ automation: { metadata } }) => `${metadata.namespace}/${metadata.name}`),
  )
  expect(names).toEqual(lanes)
})
