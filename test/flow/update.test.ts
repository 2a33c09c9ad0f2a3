import { expect, it } from 'vitest'
import { keyOf } from '#core/api/object-ref.ts'
import { reconcile } from '#flow/reconcile.ts'
import { electAll } from './pass.ts'
import { automationYaml, openFlowWorld, policyYaml, repositoryYaml, type FlowWorld } from './world.ts'

const semver = repositoryYaml('app') + policyYaml('p', 'semver: {range: 1.x}')
const marked = (image: string, tag: string) => `image: ${image}:${tag} # {"$imagepolicy": "apps:p"}\n`

async function pass(world: FlowWorld, failures = 0) {
  const automation = await world.get('ImageUpdateAutomation', 'a')
  const next = await reconcile(keyOf(automation), world.ports, { signal: world.signal, failures })
  return { next, status: (await world.get('ImageUpdateAutomation', 'a')).status }
}

it('leaves in its status what it pushed, on what, and what it left alone', async () => {
  await using world = await openFlowWorld({ resources: semver + automationYaml('a') })
  await world.repository.commit(
    'main',
    { 'a.yaml': marked(world.image, '1.0.0'), 'b.yaml': 'x: y # {"$imagepolicy": "apps:no"}\n' },
    'a',
  )
  world.push('1.0.0', '1.1.0')
  await electAll(world)
  const { next, status } = await pass(world)
  const tip = await world.repository.tip('main')
  expect(next).toEqual({ kind: 'again', afterMs: 600_000, failures: 0 })
  expect(status).toMatchObject({
    lastPushCommit: tip,
    observedSourceRevision: `main@sha1:${tip}`,
    observedPolicies: { p: { name: world.image, tag: '1.1.0' } },
    skipped: [{ path: 'b.yaml', line: 1, code: 'unknown-policy', reason: 'there is no policy apps:no' }],
  })
  expect(status?.conditions?.map(({ type, reason, message }) => [type, reason, message])).toEqual([
    ['Ready', 'Succeeded', 'repository up-to-date'],
    ['MarkersSkipped', 'UnknownPolicy', '1 unknown-policy: b.yaml:1 unknown-policy'],
  ])
  const again = await pass(world)
  expect(again.status).toBe(status)
})

it('does not look at the repository again while nothing has moved', async () => {
  await using world = await openFlowWorld({ resources: semver + automationYaml('a') })
  await world.repository.commit('main', { 'a.yaml': marked(world.image, '1.0.0') }, 'a')
  world.push('1.0.0')
  await electAll(world)
  await pass(world)
  const seen: string[] = []
  const { git } = world.ports
  const watched: FlowWorld = {
    ...world,
    ports: { ...world.ports, git: { ...watch(git, seen) } },
    [Symbol.asyncDispose]: async () => {},
  }
  await pass(watched)
  expect(seen).toEqual(['remoteRefs', 'fetch'])
})

/** The same reader, with the names of the methods that were called. */
function watch(git: FlowWorld['ports']['git'], seen: string[]): FlowWorld['ports']['git'] {
  const note = (name: string) => void seen.push(name)
  return {
    remoteRefs: async (...args) => (note('remoteRefs'), git.remoteRefs(...args)),
    fetch: async (...args) => (note('fetch'), git.fetch(...args)),
    files: async (...args) => (note('files'), git.files(...args)),
    read: async (...args) => (note('read'), git.read(...args)),
    log: async (...args) => (note('log'), git.log(...args)),
  }
}

it('fails with Flux’s reason, waits longer each time, and recovers', async () => {
  await using world = await openFlowWorld({
    resources: semver + automationYaml('a').replace('branch: main', 'branch: dev'),
  })
  world.push('1.0.0')
  await electAll(world)
  const first = await pass(world)
  expect(first.next).toMatchObject({ kind: 'again', failures: 1, error: { code: 'GIT_BRANCH_MISSING' } })
  expect(first.status?.conditions?.[0]).toMatchObject({ type: 'Ready', status: 'False' })
  await world.repository.commit('dev', { 'a.yaml': marked(world.image, '0.9.0') }, 'dev at last')
  const second = await pass(world, 1)
  expect(second.next).toMatchObject({ kind: 'again', failures: 0 })
  expect(second.status?.conditions?.map(({ type, status }) => [type, status])).toEqual([['Ready', 'True']])
})

it('signs nothing without the key that it is told to sign with', async () => {
  const git = 'commit: {author: {email: bot@example.com}, signingKey: {secretRef: {name: key}, type: ssh}}'
  const automation = automationYaml('a').replace('commit: {author: {name: Bot, email: bot@example.com}}', git)
  const secret = '---\napiVersion: v1\nkind: Secret\nmetadata: {name: key, namespace: apps}\nstringData: {wrong: x}\n'
  await using world = await openFlowWorld({ resources: semver + automation + secret })
  await world.repository.commit('main', { 'a.yaml': marked(world.image, '1.0.0') }, 'a')
  const tip = await world.repository.tip('main')
  world.push('1.1.0')
  await electAll(world)
  const { status } = await pass(world)
  expect(status?.conditions?.[0]).toMatchObject({
    status: 'False',
    reason: 'InvalidSigningKey',
    message: expect.stringContaining(`signing key secret 'key' does not contain a 'identity' key`) as string,
  })
  expect(await world.repository.tip('main')).toBe(tip)
})

it('is gone when the object is, and idle when it is suspended', async () => {
  await using world = await openFlowWorld({ resources: semver + automationYaml('a', { spec: 'suspend: true' }) })
  const key = keyOf(await world.get('ImageUpdateAutomation', 'a'))
  expect(await reconcile({ ...key, name: 'b' }, world.ports, { signal: world.signal })).toEqual({ kind: 'gone' })
  expect(await reconcile(key, world.ports, { signal: world.signal })).toEqual({
    kind: 'again',
    afterMs: undefined,
    failures: 0,
  })
})
