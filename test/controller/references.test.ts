import { expect, it } from 'vitest'
import { keyText } from '#core/api/object-ref.ts'
import { References } from '#controller/references.ts'
import { keyIn, live, shown } from './trigger-scene.ts'

function referencesOf(...objects: readonly ReturnType<typeof live>[]): References {
  const references = new References()
  for (const object of objects) references.put(keyIn(object), object)
  return references
}

const repository = keyIn(live('ImageRepository'))
const policy = live('ImagePolicy')

it('finds the policies of a repository, in whichever family of groups', () => {
  const flux = live('ImagePolicy', { group: 'image.toolkit.fluxcd.io' })
  const other = live('ImagePolicy', { name: 'api', spec: { imageRepositoryRef: { name: 'api' } } })
  const references = referencesOf(policy, flux, other)
  const both = ['ImagePolicy apps/web', 'flux ImagePolicy apps/web']
  expect(references.usersOf(repository).map(shown)).toEqual(both)
  expect(references.usersOf({ ...repository, group: 'image.toolkit.fluxcd.io' }).map(shown)).toEqual(both)
})

it('a changed reference is found at its new place alone', () => {
  const references = referencesOf(policy)
  references.put(keyIn(policy), live('ImagePolicy', { spec: { imageRepositoryRef: { name: 'api' } } }))
  expect(references.usersOf(repository)).toEqual([])
  expect(references.usersOf({ ...repository, name: 'api' }).map(shown)).toEqual(['ImagePolicy apps/web'])
})

it('an object that went, or broke, refers to nothing; a broken one is known', () => {
  const references = referencesOf(policy)
  references.put(keyIn(policy), live('ImagePolicy', { spec: { policy: {} } }))
  expect(references.usersOf(repository)).toEqual([])
  expect([...references.texts()]).toEqual([keyText(keyIn(policy))])
  references.remove(keyIn(policy))
  references.remove(keyIn(policy))
  expect(references.size).toBe(0)
  expect(references.key(keyText(keyIn(policy)))).toBeUndefined()
})

const automations = [
  { name: 'all' },
  { name: 'web', spec: { policySelector: { matchLabels: { app: 'web' } } } },
  { name: 'api', spec: { policySelector: { matchLabels: { app: 'api' } } } },
  { name: 'afar', namespace: 'infra', spec: { policyNamespaces: ['apps', 'apps'] } },
  { name: 'stranger', namespace: 'other' },
].map((written) => live('ImageUpdateAutomation', written))

it.each([
  ['apps', { app: 'web' }, ['apps/all', 'apps/web', 'infra/afar']],
  ['apps', {}, ['apps/all', 'infra/afar']],
  ['infra', { app: 'web' }, ['infra/afar']],
  ['nowhere', {}, []],
])('automations that work with policies of %s labelled %o', (namespace, labels, expected) => {
  const found = referencesOf(...automations).automationsOf(namespace, labels)
  expect(found.map((key) => `${key.namespace}/${key.name}`)).toEqual(expected)
})

it('users of a Secret are those of its namespace', () => {
  const spec = { secretRef: { name: 'pull' } }
  const references = referencesOf(
    live('ImageRepository', { spec }),
    live('ImageRepository', { name: 'plain' }),
    live('ImageRepository', { namespace: 'infra', spec }),
    live('GitRepository', { spec }),
  )
  expect(references.usersOfSecret('apps', 'pull').map(shown)).toEqual([
    'ImageRepository apps/web',
    'GitRepository apps/web',
  ])
  expect(references.usersOfSecret('apps', 'other')).toEqual([])
})
