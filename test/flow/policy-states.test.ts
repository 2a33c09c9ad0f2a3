import { expect, it } from 'vitest'
import { policyStates } from '#flow/policy-states.ts'
import { electAll } from './pass.ts'
import { automationYaml, openFlowWorld, policyYaml, repositoryYaml } from './world.ts'

const own = repositoryYaml('app') + policyYaml('p', 'alphabetical: {}', { metadata: 'labels: {tier: web}' })

it('shows own policies with what they elected and whether the selector admits them', async () => {
  const selector = automationYaml('a', { spec: 'policySelector: {matchLabels: {tier: web}}' })
  await using world = await openFlowWorld({ resources: own + policyYaml('q', 'alphabetical: {}') + selector })
  world.push('1')
  await electAll(world)
  const states = await policyStates(await world.get('ImageUpdateAutomation', 'a'), world.ports, world.signal)
  const seen = [...states].map(([key, { selected, visible, latestRef, extract }]) => [
    key,
    selected,
    visible,
    latestRef?.tag,
    extract,
  ])
  expect(seen).toEqual([
    ['apps:p', true, true, '1', '1'],
    ['apps:q', false, true, '1', '1'],
  ])
})

it('gives the extract that filterTags makes of the elected tag', async () => {
  const filtered = policyYaml('f', 'numerical: {}', { spec: 'filterTags: {pattern: "^v(?P<n>[0-9]+)$", extract: $n}' })
  await using world = await openFlowWorld({ resources: repositoryYaml('app') + filtered + automationYaml('a') })
  world.push('v7', 'v12')
  await electAll(world)
  const states = await policyStates(await world.get('ImageUpdateAutomation', 'a'), world.ports, world.signal)
  expect(states.get('apps:f')).toMatchObject({ latestRef: { tag: 'v12' }, extract: '12' })
})

const namespaces = `---
apiVersion: v1
kind: Namespace
metadata: {name: apps, labels: {team: a}}
`

const permitting = `tagboat.dev/spec: '{"accessFrom": {"namespaceSelectors": [{"matchLabels": {"team": "a"}}]}}'`

it.each([
  ['permitted and named', permitting, 'policyNamespaces: [lib]', true],
  ['permitted but not named', permitting, '', false],
  ['named but not permitted', 'a: b', 'policyNamespaces: [lib]', false],
])('sees a policy of another namespace when it is %s', async (_what, annotation, field, visible) => {
  const foreign = policyYaml('p', 'alphabetical: {}', { metadata: `annotations: {${annotation}}` }).replace(
    'namespace: apps',
    'namespace: lib',
  )
  const repository = repositoryYaml('app').replace('namespace: apps', 'namespace: lib')
  const automation = automationYaml('a').replace(
    'namespace: apps}',
    field === ''
      ? 'namespace: apps}'
      : `namespace: apps, annotations: {tagboat.dev/spec: '{"policyNamespaces": ["lib"]}'}}`,
  )
  await using world = await openFlowWorld({ resources: namespaces + repository + foreign + automation })
  const states = await policyStates(await world.get('ImageUpdateAutomation', 'a'), world.ports, world.signal)
  expect(states.get('lib:p')?.visible).toBe(visible)
})

it('takes the policy of its own family of groups where both have one of the name', async () => {
  const ours = policyYaml('p', 'alphabetical: {order: desc}').replace('image.toolkit.fluxcd.io/v1', 'tagboat.dev/v1')
  await using world = await openFlowWorld({ resources: own + ours + automationYaml('a') })
  const states = await policyStates(await world.get('ImageUpdateAutomation', 'a'), world.ports, world.signal)
  expect(states.get('apps:p')?.policy.group).toBe('image.toolkit.fluxcd.io')
})
