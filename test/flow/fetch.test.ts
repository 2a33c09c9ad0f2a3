import { describe, expect, it } from 'vitest'
import type { ObjectEvent } from '#core/api/condition.ts'
import { keyOf } from '#core/api/object-ref.ts'
import { AppError } from '#core/error.ts'
import { reconcile } from '#flow/reconcile.ts'
import { failing, head } from './memory-ports.ts'
import { passTwice, promised, signal, worldOf, type Row } from './rows.ts'
import { automationYaml, openFlowWorld, type FlowWorld } from './world.ts'

const stored = (revision: string): readonly string[] => [
  `Ready=True Succeeded: stored artifact for revision '${revision}'`,
  `ArtifactInStorage=True Succeeded: stored artifact for revision '${revision}'`,
]
const failed = (reason: string, text: string, type = 'FetchFailed'): readonly string[] => [
  `Ready=False ${reason}: ${text}`,
  `Reconciling=True ProgressingWithRetry: ${text}`,
  `${type}=True ${reason}: ${text}`,
]
const stalled = (reason: string, text: string): readonly string[] => [
  `Ready=False ${reason}: ${text}`,
  `Stalled=True ${reason}: ${text}`,
  `FetchFailed=True ${reason}: ${text}`,
]
const prefix = 'failed to checkout and determine revision: '

const rows: Readonly<Record<string, Row>> = {
  'a branch, by default master': { says: stored(`master@sha1:${head}`) },
  'a tag': { spec: { ref: { tag: 'v1' } }, says: stored(`v1@sha1:${head}`) },
  'a full name': { spec: { ref: { name: 'refs/pull/1/head' } }, says: stored(`refs/pull/1/head@sha1:${head}`) },
  'a branch by its full name': { spec: { ref: { name: 'refs/heads/x' } }, says: stored(`x@sha1:${head}`) },
  'the highest tag of a range': {
    spec: { ref: { semver: '1.x', branch: 'main' } },
    git: {
      remoteRefs: async () => ({
        refs: new Map([
          ['refs/tags/v1.2.0', head],
          ['refs/tags/v1.10.0', head],
        ]),
        head: 'refs/heads/main',
      }),
    },
    says: stored(`v1.10.0@sha1:${head}`),
  },
  'a commit': { spec: { ref: { commit: head, tag: 'v1' } }, says: stored(`sha1:${head}`) },
  'a commit of a branch': { spec: { ref: { commit: head, branch: 'main' } }, says: stored(`main@sha1:${head}`) },
  'a commit that is not on its branch': {
    spec: { ref: { commit: head, branch: 'main' } },
    git: {
      log: async (_remote, { from }) => [
        { id: from, tree: 't', parents: [], committer: { name: '', email: '', at: 0 }, message: '' },
      ],
    },
    says: failed('GitOperationFailed', `${prefix}commit ${head} is not on branch 'main'`),
  },
  'a setting that comes later does not claim that anything was verified': {
    spec: { verify: { secretRef: { name: 'keys' } } },
    says: [
      ...stored(`master@sha1:${head}`),
      'SpecWarning=True FeatureNotSupported: spec.verify: signatures of commits are not verified yet',
    ],
  },
  'no such branch': {
    git: { remoteRefs: async () => ({ refs: new Map(), head: 'refs/heads/main' }) },
    says: failed('GitOperationFailed', `${prefix}there is no branch 'master' (assumed, since no ref is given)`),
  },
  'an empty repository': {
    git: { remoteRefs: async () => ({ refs: new Map(), head: undefined }) },
    says: failed('EmptyGitRepository', `${prefix}the repository has no commit yet`),
  },
  'a Secret that does not exist': {
    spec: { secretRef: { name: 'key' } },
    says: failed('AuthenticationFailed', 'GitRepository apps/config: spec.secretRef: Secret apps/key does not exist'),
  },
  'a login that is refused': {
    git: { remoteRefs: failing(new AppError('GIT_AUTH_FAILED', 'refused')) },
    says: failed('AuthenticationFailed', `${prefix}refused`),
  },
  'a Secret that lacks a key': {
    git: { remoteRefs: failing(new AppError('GIT_CREDENTIALS_INVALID', 'no password')) },
    says: stalled('AuthenticationFailed', `${prefix}no password`),
  },
  'a server that does not answer': {
    git: { remoteRefs: failing(new AppError('GIT_REMOTE_UNAVAILABLE', 'no route')) },
    says: failed('GitOperationFailed', `${prefix}no route`),
  },
  'a disk that is full': {
    git: { fetch: failing(new AppError('GIT_CACHE_UNUSABLE', 'no space left')) },
    says: failed('StorageOperationFailed', `${prefix}no space left`, 'StorageOperationFailed'),
  },
  'a provider that is not supported': {
    spec: { provider: 'azure' },
    says: stalled(
      'InvalidProviderConfiguration',
      'spec.provider: logins of cloud providers are not supported yet; use provider generic with secretRef',
    ),
  },
  'a range that is none': {
    spec: { ref: { semver: 'latest' } },
    says: stalled('GitOperationFailed', `${prefix}ref.semver: improper constraint: "latest"`),
  },
}

describe('what a GitRepository says', () => {
  it.each(Object.entries(rows))('%s', async (_, row) => {
    expect(await passTwice('GitRepository', row)).toEqual(promised(row))
  })

  it('forgets how it failed when it fails in another way', async () => {
    const errors = [new AppError('GIT_CACHE_UNUSABLE', 'no space left'), new AppError('GIT_AUTH_FAILED', 'refused')]
    const remoteRefs = async () => {
      throw errors.shift() ?? new Error('asked too often')
    }
    const { world, object } = await worldOf('GitRepository', { git: { remoteRefs }, says: [] })
    for (const _ of [1, 2]) await reconcile(keyOf(object), world.ports, { signal })
    const types = world.get(keyOf(object)).status?.conditions?.map(({ type }) => type)
    expect(types).toEqual(['Ready', 'Reconciling', 'FetchFailed'])
  })

  it('tells where its webhook listens', async () => {
    const row = {
      spec: { webhook: { type: 'github', secretRef: { name: 'hook' } } },
      secrets: { hook: { token: 'a token of thirty-two characters' } },
    }
    const { world, object } = await worldOf('GitRepository', { ...row, says: [] })
    await reconcile(keyOf(object), world.ports, { signal })
    expect(world.get(keyOf(object)).status).toMatchObject({
      webhookPath: expect.stringMatching(/^\/hook\/[0-9a-f]{64}$/) as string,
    })
  })
})

/** A pass over the GitRepository: its status, what was told, and which requests and reads it took. */
async function pass(world: FlowWorld) {
  const { ports } = world
  const events: ObjectEvent[] = []
  const seen: string[] = []
  const note = <Method extends (...args: never[]) => unknown>(name: string, method: Method): Method =>
    ((...args: never[]) => (seen.push(name), method(...args))) as Method
  const git = {
    ...ports.git,
    remoteRefs: note('remoteRefs', ports.git.remoteRefs.bind(ports.git)),
    fetch: note('fetch', ports.git.fetch.bind(ports.git)),
    log: note('log', ports.git.log.bind(ports.git)),
  }
  const resourceWriter = {
    putStatus: ports.resourceWriter.putStatus.bind(ports.resourceWriter),
    putEvents: async (_key: unknown, told: readonly ObjectEvent[]) => void events.push(...told),
  }
  const key = keyOf(await world.get('GitRepository', 'config'))
  await reconcile(key, { ...ports, git, resourceWriter }, { signal: world.signal })
  const { status } = await world.get('GitRepository', 'config')
  return { status, events: events.map(({ type, reason }) => `${type} ${reason}`), seen }
}

const resources = `${automationYaml('a')}---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: config, namespace: apps}
spec: {url: "https://git.example.com/config", interval: 1m, ref: {branch: main}}
`

describe('a repository that moves', () => {
  it('is fetched when its branch has moved, and costs one request when it has not', async () => {
    await using world = await openFlowWorld({ resources })
    const first = await pass(world)
    const tip = (await world.repository.tip('main')) ?? ''
    const tree = (await world.repository.git(['rev-parse', 'main^{tree}'])).toString().trim()
    expect(first.status?.artifact).toMatchObject({
      revision: `main@sha1:${tip}`,
      digest: `gittree:${tree}`,
      path: `gitrepository/apps/config/${tip}`,
      url: `tagboat://gitrepository/apps/config/${tip}`,
    })
    expect([first.events, first.seen]).toEqual([['Normal Succeeded'], ['remoteRefs', 'fetch', 'log']])
    const second = await pass(world)
    expect(second.status).toBe(first.status)
    expect([second.events, second.seen]).toEqual([[], ['remoteRefs']])
    const next = await world.repository.commit('main', { 'b.yaml': 'b: 1\n' }, 'b')
    const third = await pass(world)
    expect(third.status?.artifact?.revision).toBe(`main@sha1:${next}`)
    expect(third.status?.conditions?.map(({ type }) => type)).toEqual(['Ready', 'ArtifactInStorage'])
  })

  it('follows a rewritten history, and says so until the branch next moves forward', async () => {
    await using world = await openFlowWorld({ resources })
    await pass(world)
    const old = await world.repository.commit('main', { 'b.yaml': 'b: 1\n' }, 'b')
    await pass(world)
    await world.repository.git(['update-ref', 'refs/heads/main', `${old}~1`])
    const back = await pass(world)
    const rewritten = { type: 'HistoryRewritten', reason: 'NotFastForward' }
    expect(back.status?.conditions?.[2]).toMatchObject(rewritten)
    expect(back.status?.conditions?.[2]?.message).toContain(
      `branch 'main' was rewritten: ${old.slice(0, 7)} is not part`,
    )
    expect(back.events).toEqual(['Normal Succeeded', 'Warning HistoryRewritten'])
    const still = await pass(world)
    expect([still.status, still.events]).toEqual([back.status, []])
    await world.repository.commit('main', { 'c.yaml': 'c: 1\n' }, 'c')
    expect((await pass(world)).status?.conditions?.map(({ type }) => type)).toEqual(['Ready', 'ArtifactInStorage'])
  })
})
