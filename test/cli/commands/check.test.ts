import { describe, expect, it } from 'vitest'
import { startRedis } from '../../services/redis.ts'
import type { FakeKind } from '../../fakes/kubernetes.ts'
import { kinds, openScene, ownKinds, type CommandScene } from '../cluster/scene.ts'

interface Item {
  readonly check: string
  readonly ok: boolean
  readonly message: string
}

async function findings(scene: CommandScene, words = ''): Promise<readonly Item[]> {
  const { out } = await scene.run(`check -o json${words}`)
  return (JSON.parse(out) as { items: readonly Item[] }).items
}

async function finding(scene: CommandScene, check: string, words = ''): Promise<Item | undefined> {
  return (await findings(scene, words)).find((item) => item.check === check)
}

const secrets: FakeKind = { group: '', version: 'v1', resource: 'secrets', kind: 'Secret', namespaced: true }
const namespaces: FakeKind = { ...secrets, resource: 'namespaces', kind: 'Namespace', namespaced: false }
const served = [...ownKinds, kinds.leases, secrets, namespaces]

it('all is well', async () => {
  await using scene = await openScene(served)
  const { code, out, err } = await scene.run('check')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out.replace(/: (git version|OpenSSH).*/g, ': $1')).toBe(`✔ program git: git version
✔ program ssh: OpenSSH
✔ API server: ${scene.fake.url} answers, Kubernetes v1.36.0-fake
✔ clock: agrees with that of the API server
✔ kind ImageRepository of tagboat.dev: is served as v1
✔ kind ImagePolicy of tagboat.dev: is served as v1
✔ kind ImageUpdateAutomation of tagboat.dev: is served as v1
✔ kind GitRepository of tagboat.dev: is served as v1
✔ rights on imagerepositories.tagboat.dev: get, list, watch, patch
✔ rights on imagerepositories.tagboat.dev/status: patch
✔ rights on imagepolicies.tagboat.dev: get, list, watch, patch
✔ rights on imagepolicies.tagboat.dev/status: patch
✔ rights on imageupdateautomations.tagboat.dev: get, list, watch, patch
✔ rights on imageupdateautomations.tagboat.dev/status: patch
✔ rights on gitrepositories.tagboat.dev: get, list, watch, patch
✔ rights on gitrepositories.tagboat.dev/status: patch
✔ rights on secrets: get, list, watch
✔ rights on namespaces: get
✔ rights on events.events.k8s.io: create, patch
✔ rights on leases.coordination.k8s.io: get, create, update
✔ Lease apps/tagboat-leader: does not exist: no controller has run here yet
✔ all checks passed
`)
})

it('the document holds check, ok and message', async () => {
  await using scene = await openScene(served)
  expect(await finding(scene, 'kind ImagePolicy of tagboat.dev')).toEqual({
    check: 'kind ImagePolicy of tagboat.dev',
    ok: true,
    message: 'is served as v1',
  })
})

describe('kinds', () => {
  it('that are not served: how to install them', async () => {
    await using scene = await openScene([kinds.leases])
    const { code, out } = await scene.run('check')
    expect(code).toBe(1)
    expect(out).toContain(
      '✗ kind ImageRepository of tagboat.dev: is not served\n    hint: tagboat crds | kubectl apply -f -\n✗ kind ImagePolicy of tagboat.dev: is not served\n',
    )
    expect(out).toMatch(/✗ 4 of \d+ checks failed\n$/)
  })

  it("of ours may be absent where Flux's are there; old ones of Flux are refused", async () => {
    await using scene = await openScene([kinds.fluxImages, kinds.fluxPolicies, kinds.oldSources])
    const shown = (await findings(scene)).filter(({ check }) => check.startsWith('kind'))
    expect(shown.map(({ check, ok, message }) => [check.replace('kind ', ''), ok, message])).toEqual([
      ['ImageRepository of tagboat.dev', true, 'is not installed; that of image.toolkit.fluxcd.io is'],
      ['ImagePolicy of tagboat.dev', true, 'is not installed; that of image.toolkit.fluxcd.io is'],
      ['ImageUpdateAutomation of tagboat.dev', false, 'is not served'],
      ['GitRepository of tagboat.dev', false, 'is not served'],
      ['ImageRepository of image.toolkit.fluxcd.io', true, 'is served as v1'],
      ['ImagePolicy of image.toolkit.fluxcd.io', true, 'is served as v1'],
      ['GitRepository of source.toolkit.fluxcd.io', false, 'is served as v1beta2 only, which is not read'],
    ])
  })

  it('a Kustomization of old is refused as well', async () => {
    const old = { group: 'kustomize.toolkit.fluxcd.io', version: 'v1beta2', resource: 'kustomizations' }
    await using scene = await openScene([...served, { ...old, kind: 'Kustomization', namespaced: true }])
    expect(await finding(scene, 'kind Kustomization of kustomize.toolkit.fluxcd.io')).toMatchObject({ ok: false })
  })
})

describe('rights', () => {
  it('that are lacking are named', async () => {
    await using scene = await openScene(served)
    scene.fake.allow((spec) => {
      const { verb, subresource, group } = spec['resourceAttributes'] as Record<string, string>
      return group !== 'tagboat.dev' || (verb !== 'watch' && verb !== 'patch') || subresource === 'status'
    })
    expect(await finding(scene, 'rights on imagepolicies.tagboat.dev')).toMatchObject({
      ok: false,
      message: 'may not watch, patch',
    })
    expect(await finding(scene, 'rights on imagepolicies.tagboat.dev/status')).toMatchObject({ ok: true })
    expect((await scene.run('check')).code).toBe(1)
  })

  it('are asked where they are needed', async () => {
    await using scene = await openScene([...served, kinds.fluxSources])
    const asked = new Set<string>()
    scene.fake.allow((spec) => {
      const { resource, namespace = 'all', name = '' } = spec['resourceAttributes'] as Record<string, string>
      asked.add(`${resource} ${name}`.trim() + ` in ${namespace}`)
      return namespace !== 'b'
    })
    const found = await finding(scene, 'rights on secrets', ' -n own --watch-namespaces a,b --flux-namespace flux')
    expect(found?.message).toBe('may not get, list, watch in b')
    expect([...asked]).toEqual(
      expect.arrayContaining([
        'secrets in a',
        'secrets in b',
        'leases in own',
        'namespaces in all',
        'leases source-controller-leader-election in flux',
      ]),
    )
    expect([...asked]).not.toContain('secrets in all')
  })

  it('of a service account', async () => {
    await using scene = await openScene(served)
    const subjects = new Set<unknown>()
    scene.fake.allow(({ user, groups }) => subjects.add(JSON.stringify([user, groups])).size > 0)
    await scene.run('check --service-account tagboat-system/tagboat')
    expect([...subjects]).toEqual([
      '["system:serviceaccount:tagboat-system:tagboat",["system:authenticated","system:serviceaccounts","system:serviceaccounts:tagboat-system"]]',
    ])
    expect(await scene.run('check --service-account tagboat')).toMatchObject({ code: 64 })
  })
})

describe('the Lease', () => {
  it.each([
    ['pod-1', 1, 'pod-1 holds it'],
    ['', 1, 'nobody holds it: no controller runs'],
    ['pod-1', 660, 'nobody holds it: pod-1 has been silent for 11m'],
  ])('of %j, renewed %d s ago', async (holderIdentity, seconds, message) => {
    await using scene = await openScene(served)
    const renewTime = new Date(Date.now() - seconds * 1000).toISOString().replace('Z', '000Z')
    const spec = { holderIdentity, leaseDurationSeconds: 35, renewTime }
    scene.fake.put(kinds.leases, { metadata: { name: 'tagboat-leader', namespace: 'own' }, spec })
    expect(await finding(scene, 'Lease own/tagboat-leader', ' -n own')).toMatchObject({ ok: true, message })
  })
})

describe('the API server', () => {
  it('is too old', async () => {
    await using scene = await openScene(served)
    scene.fake.fail(({ path }) => path === '/version', {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"major": "1", "minor": "27+", "gitVersion": "v1.27.1"}',
    })
    expect(await finding(scene, 'API server')).toMatchObject({
      ok: false,
      message: `${scene.fake.url} answers, Kubernetes v1.27.1`,
      hint: 'Kubernetes 1.28 or later is needed',
    })
  })

  it('has another clock', async () => {
    await using scene = await openScene(served)
    const date = new Date(Date.now() - 3_600_000).toUTCString()
    const fault = { status: 200, headers: { 'content-type': 'application/json', date }, body: '{"minor": "36"}' }
    scene.fake.fail(({ path }) => path === '/version', fault, 2)
    expect(await finding(scene, 'clock')).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^the API server's is 3(599|600)\.\d s behind ours$/) as string,
    })
  })

  it('forbids even to ask for kinds', async () => {
    await using scene = await openScene(served)
    scene.fake.fail(({ path }) => path === '/api', { status: 403, body: '{}' }, 10)
    expect(await finding(scene, 'kinds')).toMatchObject({ ok: false })
  })

  it('cannot be found: the rest is still looked at', async () => {
    await using scene = await openScene(served)
    const items = await findings(scene, ' --context nope')
    expect(items.map(({ check, ok }) => [check, ok])).toEqual([
      ['program git', true],
      ['program ssh', true],
      ['API server', false],
    ])
  })
})

describe('programs', () => {
  it('that are not there: what to install', async () => {
    await using scene = await openScene(served)
    const { code, out } = await scene.run('check', { env: { PATH: '/nowhere' } })
    expect(code).toBe(1)
    expect(out).toContain('✗ program git: is not on PATH\n    hint: install git\n')
    expect(out).toContain('✗ program ssh: is not on PATH\n    hint: install openssh-client\n')
  })
})

describe('Redis', () => {
  it('that answers is looked at in detail; advice is no failure', async () => {
    await using scene = await openScene(served)
    await using redis = await startRedis()
    const items = await findings(scene, ` --redis ${redis.url}`)
    const found = items.filter(({ check }) => check === 'Redis')
    expect(found[0]?.message).toMatch(/Redis [0-9.]+ answers$/)
    expect(found.map(({ ok }) => ok)).toEqual(found.map(() => true))
    expect(found.length).toBeGreaterThan(3)
  })

  it('its user needs no rights but on keys of the installation', async () => {
    await using scene = await openScene(served)
    const { metadata } = scene.fake.put(namespaces, { metadata: { name: 'kube-system' } })
    const user = { name: 'tagboat', password: 'secret', rules: `~{tagboat:${metadata.uid}}* &* +@all` }
    await using redis = await startRedis({ user })
    const items = (await findings(scene, ` --redis ${redis.url}`)).filter(({ check }) => check === 'Redis')
    expect(items.at(-1)).toMatchObject({ ok: true, message: 'its user may use every command that is needed' })
  })

  it('that does not answer is a failure, also where REDIS_URL names it', async () => {
    await using scene = await openScene(served)
    const { code, out } = await scene.run('check', { env: { REDIS_URL: 'redis://127.0.0.1:1' } })
    expect(code).toBe(1)
    expect(out).toContain('✗ Redis: redis://127.0.0.1:1: ')
  })

  it('with a wrong address', async () => {
    await using scene = await openScene(served)
    expect(await finding(scene, 'Redis', ' --redis nonsense')).toMatchObject({ ok: false })
  })
})
