import { describe, expect, it } from 'vitest'
import { keyOf } from '#core/api/object-ref.ts'
import { reconcile } from '#flow/reconcile.ts'
import { digest, made as firstCommit, memoryWorld, type Scene } from './memory-ports.ts'
import { electAll } from './pass.ts'
import { linesOf, made, signal } from './rows.ts'
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

it('decides in the next run about what it left out when its push was overtaken', async () => {
  await using world = await openFlowWorld({ resources: semver + automationYaml('a') })
  await world.repository.commit('main', { 'a.yaml': marked(world.image, '1.0.0') }, 'a')
  world.push('1.0.0', '1.1.0')
  await electAll(world)
  const { git } = world.ports
  const overtaken = { done: false }
  const remoteRefs: typeof git.remoteRefs = async (...question) => {
    const refs = await git.remoteRefs(...question)
    if (!overtaken.done) await world.repository.commit('main', { 'a.yaml': marked(world.image, '1.0.5') }, 'theirs')
    overtaken.done = true
    return refs
  }
  const ports = { ...world.ports, git: { ...watch(git, []), remoteRefs } }
  const first = await pass({ ...world, ports, [Symbol.asyncDispose]: async () => {} })
  expect(await world.repository.read('main', 'a.yaml')).toBe(marked(world.image, '1.0.5'))
  expect(first.next).toEqual({ kind: 'again', afterMs: 1000, failures: 0 })
  const second = await pass(world)
  expect(await world.repository.read('main', 'a.yaml')).toBe(marked(world.image, '1.1.0'))
  expect(second.next).toEqual({ kind: 'again', afterMs: 600_000, failures: 0 })
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

const git = { checkout: { ref: { branch: 'main' } }, commit: { author: { email: 'bot@example.com' } } }
const stale = (name: string) => `image: ghcr.io/acme/web:0.9.0 # {"$imagepolicy": "apps:${name}"}\n`

/** A world of values in which everything but the automation has had its pass. */
async function elected(scene: Partial<Scene> & { readonly spec?: object } = {}) {
  const { spec, ...rest } = scene
  const automation = made('ImageUpdateAutomation', { git, ...spec })
  const others = [made('ImageRepository'), made('ImagePolicy'), made('GitRepository')]
  const world = memoryWorld({ objects: [...others, automation], files: { 'a.yaml': stale('web') }, ...rest })
  for (const one of others) await reconcile(keyOf(one), world.ports, { signal })
  world.events.length = 0
  world.writes.length = 0
  return { world, automation, key: keyOf(automation) }
}

it('tells of a push with its revision, run and refspec', async () => {
  const spec = { git: { ...git, push: { refspec: '+HEAD:refs/heads/mirror' } } }
  const { world, key } = await elected({ spec })
  await reconcile(key, world.ports, { signal })
  const [first, push] = world.events
  expect(first).toMatchObject({ type: 'Normal', reason: 'Succeeded', message: 'repository up-to-date' })
  expect(push).toMatchObject({
    type: 'Normal',
    reason: 'Succeeded',
    metadata: { revision: `main@sha1:${firstCommit}` },
  })
  expect(push?.message.split('\n').slice(0, 2)).toEqual([
    `pushed commit '${firstCommit.slice(0, 7)}' to branch 'main' and refspecs '+HEAD:refs/heads/mirror'`,
    'Update from image update automation',
  ])
  expect(push?.metadata['run']).toMatch(/^cli-[0-9a-f]{16}\/[0-9a-f]{32}$/)
  expect(world.get(key).status).toMatchObject({
    lastPushCommit: firstCommit,
    lastPushTime: '2026-01-01T00:00:00Z',
    lastAutomationRunTime: '2026-01-01T00:00:00Z',
    observedSourceRevision: `main@sha1:${firstCommit}`,
  })
})

it('lists fifty of what it left alone, and counts the rest', async () => {
  const lines = Array.from({ length: 70 }, (_, index) => stale(`no${index}`)).join('')
  const { world, key } = await elected({ files: { 'a.yaml': lines } })
  await reconcile(key, world.ports, { signal })
  const { status } = world.get(key)
  expect(status).toMatchObject({ skippedCount: 70 })
  expect(status !== undefined && 'skipped' in status && status.skipped).toHaveLength(50)
})

describe('F53 an automation that changes between commit and push', () => {
  const suspended = `failed to update source: apps/bot was suspended before the push; nothing was pushed`
  it.each([
    ['suspended', { spec: { git, suspend: true } }, ['Ready', 'Stalled'].map((type) => [type, suspended])],
    ['changed', { metadata: { generation: 2 } }, []],
    ['deleted', { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }, []],
    ['made anew', { metadata: { uid: 'another' } }, []],
  ])('pushes nothing when it was %s', async (_, change: { spec?: object; metadata?: object }, told) => {
    let pushes = 0
    const push = async () => ((pushes += 1), { kind: 'pushed' } as const)
    const { world, automation, key } = await elected({ git: { push } })
    const meanwhile = made('ImageUpdateAutomation', { git, ...change.spec }, change.metadata)
    // Right before the look at the objects that comes right before the push.
    const files = async (...args: Parameters<typeof world.ports.git.files>) => {
      world.put(meanwhile)
      return world.ports.git.files(...args)
    }
    const ports = { ...world.ports, git: { ...world.ports.git, files } }
    const next = await reconcile(key, ports, { signal })
    expect(next).toMatchObject({ kind: 'again', error: { code: 'COMMIT_FENCED' } })
    expect(pushes).toBe(0)
    const conditions = world.get(keyOf(automation)).status?.conditions ?? []
    expect(conditions.map(({ type, message }) => [type, message])).toEqual(told)
  })

  it('writes nothing when another process has the right to push', async () => {
    const { world, automation, key } = await elected({ fenced: true })
    expect(await reconcile(key, world.ports, { signal })).toMatchObject({ afterMs: 750, failures: 1 })
    expect([world.writes, linesOf(world, automation)]).toEqual([[], []])
  })
})

it('pushes nothing when a digest has moved since the election', async () => {
  const answers = [digest, `sha256:${'e'.repeat(64)}`]
  const resolve = async () => ({ digest: answers.shift() as never, mediaType: 'x', size: 1 })
  const { world, automation, key } = await elected({ registry: { resolve } })
  const policy = made('ImagePolicy', { digestReflectionPolicy: 'IfNotPresent' })
  world.put(policy)
  await reconcile(keyOf(policy), world.ports, { signal })
  await reconcile(key, world.ports, { signal })
  expect(linesOf(world, automation)[0]).toMatch(
    /^Ready=False UpdateFailed: failed to apply policies: ghcr.io\/acme\/web:1.0.0 was sha256:/,
  )
})

it('learns of the commit by which another automation of its branch has taken its change along', async () => {
  const push = 'push: {branch: updates}'
  const resources = semver + automationYaml('a', { git: push, spec: 'update: {path: a}' })
  await using world = await openFlowWorld({
    resources: resources + automationYaml('b', { git: push, spec: 'update: {path: b}' }),
    lastChoice: 'status',
  })
  const files = { 'a/x.yaml': marked(world.image, '1.0.0'), 'b/x.yaml': marked(world.image, '1.0.0') }
  await world.repository.commit('main', files, 'files')
  world.push('1.0.0', '1.1.0')
  await electAll(world)
  await pass(world)
  const [second, first] = await world.repository.commits('updates')
  expect((await world.get('ImageUpdateAutomation', 'a')).status?.lastPushCommit).toBe(first?.id)
  const other = keyOf(await world.get('ImageUpdateAutomation', 'b'))
  await reconcile(other, world.ports, { signal: world.signal })
  const told = await world.get('ImageUpdateAutomation', 'b')
  expect(told.status).toMatchObject({ lastPushCommit: second?.id, lastPushTime: expect.any(String) as string })
  await reconcile(other, world.ports, { signal: world.signal })
  expect((await world.get('ImageUpdateAutomation', 'b')).status).toBe(told.status)
  expect((await world.repository.commits('updates'))[0]?.id).toBe(second?.id)
})
