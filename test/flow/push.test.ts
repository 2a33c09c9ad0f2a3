import { expect, it } from 'vitest'
import { pushLane } from '#flow/push.ts'
import type { GitWriter } from '#flow/ports.ts'
import { electAll, planAll, skippedOf, updateAll } from './pass.ts'
import { automationYaml, openFlowWorld, policyYaml, repositoryYaml, type FlowWorld } from './world.ts'

const semver = repositoryYaml('app') + policyYaml('p', 'semver: {range: 1.x}')
const marked = (image: string, tag: string) => `image: ${image}:${tag} # {"$imagepolicy": "apps:p"}\n`

async function openWith(automation: string, lastChoice: 'git' | 'status' = 'git'): Promise<FlowWorld> {
  const world = await openFlowWorld({ resources: semver + automation, lastChoice })
  await world.repository.commit('main', { 'a.yaml': marked(world.image, '1.0.0') }, 'a')
  world.push('1.0.0', '1.1.0')
  return world
}

const subjects = async (world: FlowWorld, branch = 'main') => {
  return (await world.repository.commits(branch)).map(({ message }) => message.split('\n')[0])
}

it('pushes one commit per automation of a branch in one push', async () => {
  await using world = await openWith(automationYaml('one', { spec: 'update: {path: a.yaml}' }) + automationYaml('two'))
  await world.repository.commit('main', { 'b.yaml': marked(world.image, '1.0.0') }, 'b')
  const [result] = await updateAll(world)
  expect([...(result?.commits.keys() ?? [])]).toEqual(['apps/one', 'apps/two'])
  expect(result?.attempts).toBe(1)
  expect(await world.repository.read('main', 'a.yaml')).toBe(marked(world.image, '1.1.0'))
  expect(await world.repository.read('main', 'b.yaml')).toBe(marked(world.image, '1.1.0'))
  expect((await updateAll(world))[0]?.commits.size).toBe(0)
})

it('F32 re-applies its edits when a person was first, and leaves out what that person changed', async () => {
  await using world = await openWith(automationYaml('one'))
  await world.repository.commit('main', { 'b.yaml': marked(world.image, '1.0.0') }, 'b')
  await electAll(world)
  const [plan] = await planAll(world)
  if (plan === undefined) throw new Error('no lane')
  await world.repository.commit('main', { 'a.yaml': marked(world.image, '1.0.5'), 'c.txt': 'new' }, 'by a person')
  const result = await pushLane(plan, world.ports, world.signal)
  expect(result.attempts).toBe(2)
  expect(await world.repository.read('main', 'a.yaml')).toBe(marked(world.image, '1.0.5'))
  expect(await world.repository.read('main', 'b.yaml')).toBe(marked(world.image, '1.1.0'))
  expect(await world.repository.read('main', 'c.txt')).toBe('new')
})

it('F35 tells the server’s text when a hook refuses, and leaves the branch as it was', async () => {
  await using world = await openWith(automationYaml('one'))
  await world.repository.hook('pre-receive', 'echo "main is frozen until Monday" >&2; exit 1')
  const tip = await world.repository.tip('main')
  await expect(updateAll(world)).rejects.toMatchObject({
    code: 'GIT_PUSH_REFUSED',
    message: expect.stringContaining('main is frozen until Monday') as string,
  })
  expect(await world.repository.tip('main')).toBe(tip)
})

it('takes a push of unknown end for done when its run is on the branch, and makes no second commit', async () => {
  await using world = await openWith(automationYaml('one'))
  const gitWriter: GitWriter = {
    commit: (remote, request, signal) => world.ports.gitWriter.commit(remote, request, signal),
    async push(remote, request, signal) {
      await world.ports.gitWriter.push(remote, request, signal)
      return { kind: 'unknown', text: 'connection reset' }
    },
  }
  await electAll(world)
  const [plan] = await planAll(world)
  if (plan === undefined) throw new Error('no lane')
  const result = await pushLane(plan, { ...world.ports, gitWriter }, world.signal)
  expect(result.commits.size).toBe(1)
  expect(await subjects(world)).toEqual(['Update from image update automation', 'a', 'first commit'])
})

it('pushes nothing when the fence is gone', async () => {
  await using world = await openWith(automationYaml('one'))
  await electAll(world)
  const [plan] = await planAll(world)
  if (plan === undefined) throw new Error('no lane')
  const ports = { ...world.ports, fence: { check: async () => false } }
  await expect(pushLane(plan, ports, world.signal)).rejects.toMatchObject({ code: 'COMMIT_FENCED' })
  expect(await subjects(world)).toEqual(['a', 'first commit'])
})

it('A59 commits nothing when a digest moved between scan and push', async () => {
  const policy = policyYaml('p', 'semver: {range: 1.x}', { spec: 'digestReflectionPolicy: IfNotPresent' })
  await using world = await openFlowWorld({ resources: repositoryYaml('app') + policy + automationYaml('one') })
  await world.repository.commit('main', { 'a.yaml': marked(world.image, '1.0.0') }, 'a')
  world.push('1.0.0')
  await electAll(world)
  const [plan] = await planAll(world)
  if (plan === undefined) throw new Error('no lane')
  world.registry.pushImage({ repository: 'team/app', tag: '1.0.0', createdAt: 5 })
  await expect(pushLane(plan, world.ports, world.signal)).rejects.toMatchObject({ code: 'COMMIT_DIGEST_MOVED' })
  expect(await subjects(world)).toEqual(['a', 'first commit'])
})

const separate = automationYaml('one', { git: 'push: {branch: updates}' })

it('rebuilds its push branch from the checkout branch, and then does nothing', async () => {
  await using world = await openWith(separate)
  await updateAll(world)
  const first = await world.repository.tip('updates')
  await updateAll(world)
  expect(await world.repository.tip('updates')).toBe(first)
  expect(await world.repository.read('main', 'a.yaml')).toBe(marked(world.image, '1.0.0'))
  await world.repository.commit('main', { 'b.yaml': marked(world.image, '1.0.0') }, 'b')
  await updateAll(world)
  expect(await subjects(world, 'updates')).toEqual(['Update from image update automation', 'b', 'a', 'first commit'])
  expect(await world.repository.read('updates', 'b.yaml')).toBe(marked(world.image, '1.1.0'))
})

it('F34 never drops a person’s commit on the push branch', async () => {
  await using world = await openWith(separate)
  await updateAll(world)
  await world.repository.commit('updates', { 'person.txt': 'mine' }, 'by a person')
  await world.repository.commit('main', { 'z.txt': 'moved' }, 'main moves')
  world.push('1.2.0')
  await using later = await reopened(world)
  const [result] = await updateAll(later)
  expect(result?.plan.base).toMatchObject({ mode: 'kept', foreign: 1 })
  expect(await world.repository.read('updates', 'person.txt')).toBe('mine')
  expect(await world.repository.read('updates', 'a.yaml')).toBe(marked(world.image, '1.2.0'))
})

/** The same world with an empty scan store, as in the next run of the command. */
async function reopened(world: FlowWorld): Promise<FlowWorld> {
  const { MemoryScanStore } = await import('#io/store/memory.ts')
  return { ...world, ports: { ...world.ports, scans: new MemoryScanStore() }, [Symbol.asyncDispose]: async () => {} }
}

it('pushes branch and refspec together, with push options', async () => {
  const git = 'push: {refspec: "HEAD:refs/heads/mirror", options: {ci.skip: "", reviewer: bot}}'
  await using world = await openWith(automationYaml('one', { git }))
  const hook = 'env | grep ^GIT_PUSH_OPTION_[0-9] | sort > options.txt'
  await world.repository.hook('pre-receive', hook)
  await updateAll(world)
  expect(await world.repository.tip('mirror')).toBe(await world.repository.tip('main'))
  const { readFile } = await import('node:fs/promises')
  const seen = await readFile(`${world.repository.path}/options.txt`, 'utf8')
  expect(seen).toBe('GIT_PUSH_OPTION_0=ci.skip\nGIT_PUSH_OPTION_1=reviewer=bot\n')
})

it('keeps a higher value in Git that the policy still admits, and replaces one that it does not', async () => {
  await using world = await openWith(automationYaml('one'))
  const files = { 'a.yaml': marked(world.image, '1.9.0'), 'b.yaml': marked(world.image, '2.0.0') }
  await world.repository.commit('main', files, 'higher')
  await electAll(world)
  const [plan] = await planAll(world)
  if (plan === undefined) throw new Error('no lane')
  expect(skippedOf(plan)).toEqual([
    { path: 'a.yaml', line: 1, code: 'held', reason: expect.stringMatching(/^keeping 1\.9\.0: /) as string },
  ])
  await pushLane(plan, world.ports, world.signal)
  expect(await world.repository.read('main', 'a.yaml')).toBe(marked(world.image, '1.9.0'))
  expect(await world.repository.read('main', 'b.yaml')).toBe(marked(world.image, '1.1.0'))
})

it('keeps a person’s rollback until something higher comes (flux2#4676)', async () => {
  await using world = await openWith(automationYaml('one'))
  await updateAll(world)
  await world.repository.commit('main', { 'a.yaml': marked(world.image, '1.0.0') }, 'roll back')
  await electAll(world)
  const [plan] = await planAll(world)
  if (plan === undefined) throw new Error('no lane')
  expect(skippedOf(plan)).toEqual([
    {
      path: 'a.yaml',
      line: 1,
      code: 'held',
      reason: expect.stringMatching(/^1\.0\.0 was put back by [0-9a-f]{7} .* after 1\.1\.0; /) as string,
    },
  ])
  expect((await pushLane(plan, world.ports, world.signal)).commits.size).toBe(0)
  world.push('1.2.0')
  await using later = await reopened(world)
  await updateAll(later)
  expect(await world.repository.read('main', 'a.yaml')).toBe(marked(world.image, '1.2.0'))
})

it('updates an old value that nobody rolled back', async () => {
  await using world = await openWith(automationYaml('one'))
  await updateAll(world)
  await world.repository.commit('main', { 'b.yaml': marked(world.image, '1.0.0') }, 'an old copy')
  await updateAll(world)
  expect(await world.repository.read('main', 'b.yaml')).toBe(marked(world.image, '1.1.0'))
})

it('names the branch of the remote when the asked one is missing, and says when a repository is empty', async () => {
  await using world = await openWith(automationYaml('one').replace('branch: main', 'branch: trunk'))
  await expect(updateAll(world)).rejects.toMatchObject({
    code: 'GIT_BRANCH_MISSING',
    message: `failed to checkout source: there is no branch 'trunk'`,
    hint: expect.stringContaining('branch main') as string,
  })
})

it('does nothing for a suspended automation, and the others go on when one fails', async () => {
  const suspended = automationYaml('asleep', { spec: 'suspend: true' })
  const broken = automationYaml('broken', { spec: 'update: {path: missing}' })
  await using world = await openWith(suspended + broken + automationYaml('works'))
  const [result] = await updateAll(world)
  const states = result?.plan.members.map(({ kind, member }) => [member.automation.metadata.name, kind])
  expect(states).toEqual([
    ['asleep', 'suspended'],
    ['broken', 'failed'],
    ['works', 'planned'],
  ])
  expect([...(result?.commits.keys() ?? [])]).toEqual(['apps/works'])
})
