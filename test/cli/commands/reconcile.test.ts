import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../conformance/cluster.scene.ts'
import { handle, kinds, object, openScene, ownKinds, putWorld, type CommandScene } from '../cluster/scene.ts'

const opened: { scene?: CommandScene } = {}
beforeEach(async () => {
  opened.scene = await openScene([...ownKinds, kinds.fluxPolicies])
  putWorld(opened.scene.fake)
})
afterEach(async () => opened.scene?.[Symbol.asyncDispose]())

function scene(): CommandScene {
  if (opened.scene === undefined) throw new Error('the scene was not set')
  return opened.scene
}

function annotationsOf(kind = kinds.policies, name = 'podinfo'): Readonly<Record<string, string>> {
  return (scene().fake.get(kind, { namespace: 'apps', name })?.metadata['annotations'] ?? {}) as Record<string, string>
}

const annotation = 'reconcile.fluxcd.io/requestedAt'
const nanoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/

describe('the request', () => {
  it.each(['policy/podinfo', 'imagepolicies podinfo', 'imgpol/podinfo', 'imagepolicy.tagboat.dev/podinfo'])(
    'reconcile %s sets the annotation, as flux writes it',
    async (operands) => {
      expect(await scene().run(`reconcile ${operands}`)).toEqual({
        code: 0,
        out: '✔ ImagePolicy apps/podinfo: requested\n',
        err: '',
      })
      expect(annotationsOf()[annotation]).toMatch(nanoTime)
    },
  )

  it('is another one each time', async () => {
    const values = []
    for (let count = 0; count < 3; count += 1) {
      await scene().run('reconcile policy/podinfo')
      values.push(annotationsOf()[annotation])
    }
    expect(new Set(values).size).toBe(3)
  })

  it('is not hidden by one of ours from the future', async () => {
    const future = { 'tagboat.dev/requestedAt': '2999-01-01T00:00:00Z', other: 'kept' }
    scene().fake.put(kinds.policies, object('podinfo', { annotations: future }))
    await scene().run('reconcile policy/podinfo')
    expect(annotationsOf()).toEqual({ other: 'kept', [annotation]: expect.stringMatching(nanoTime) as string })
  })

  it('with -o json the objects are the result', async () => {
    const { out, err } = await scene().run('reconcile policy/podinfo --with-source -o json')
    expect(err).toBe('')
    expect(JSON.parse(out)).toMatchObject({
      items: [
        {
          kind: 'ImageRepository',
          metadata: { name: 'podinfo', annotations: { [annotation]: expect.any(String) as string } },
        },
        {
          kind: 'ImagePolicy',
          metadata: { name: 'podinfo', annotations: { [annotation]: expect.any(String) as string } },
        },
      ],
    })
  })
})

describe('with --wait', () => {
  it('ends when the request is handled, with the message of Ready', async () => {
    const { io, ended } = scene().start('reconcile policy/podinfo --wait')
    await until(() => io.err().includes('waiting'))
    scene().fake.put(kinds.policies, {
      ...scene().fake.get(kinds.policies, { namespace: 'apps', name: 'podinfo' }),
      ...object('podinfo', { annotations: annotationsOf(), message: 'not yet for this request' }),
    })
    await handle(scene().fake, kinds.policies, { name: 'podinfo', message: 'resolved to\n6.3.0' })
    expect(await ended).toBe(0)
    expect(io.out()).toBe('✔ ImagePolicy apps/podinfo: resolved to 6.3.0\n')
    expect(io.err()).toBe('◎ waiting for ImagePolicy apps/podinfo\n')
  })

  it('a handled request that is still worked on is not decided', async () => {
    const { io, ended } = scene().start('reconcile policy/podinfo --wait')
    const busy = { type: 'Reconciling', status: 'True', reason: 'Progressing', message: 'scanning' }
    const ready = { type: 'Ready', status: 'True', reason: 'Any', message: 'of before' }
    await handle(scene().fake, kinds.policies, { name: 'podinfo', status: { conditions: [ready, busy] } })
    const live = scene().fake.get(kinds.policies, { namespace: 'apps', name: 'podinfo' })
    const done = { ...ready, message: 'of now' }
    scene().fake.put(kinds.policies, {
      ...(live ?? object('podinfo')),
      status: { ...(live?.['status'] as object), conditions: [done] },
    })
    expect(await ended).toBe(0)
    expect(io.out()).toBe('✔ ImagePolicy apps/podinfo: of now\n')
  })

  it('a later request of somebody else stands for this one', async () => {
    const { io, ended } = scene().start('reconcile policy/podinfo --wait')
    await until(() => scene().fake.watches.open === 1)
    const later = { [annotation]: '2999-01-01T00:00:00Z' }
    const live = scene().fake.get(kinds.policies, { namespace: 'apps', name: 'podinfo' })
    scene().fake.put(kinds.policies, { ...object('podinfo', { annotations: later }), status: live?.['status'] })
    await handle(scene().fake, kinds.policies, { name: 'podinfo', message: 'for the other' })
    expect(await ended).toBe(0)
    expect(io.out()).toContain('for the other')
  })

  it('fails with the message of Ready, also where a retry will come', async () => {
    const { io, ended } = scene().start('reconcile image/podinfo --wait -o json')
    const conditions = [
      { type: 'Ready', status: 'False', reason: 'ReadOperationFailed', message: 'scan failed: no route' },
      { type: 'Reconciling', status: 'True', reason: 'ProgressingWithRetry', message: 'scan failed: no route' },
    ]
    await handle(scene().fake, kinds.images, { name: 'podinfo', status: { conditions } })
    expect(await ended).toBe(1)
    expect(io.err()).toBe('✗ ImageRepository apps/podinfo: scan failed: no route\n')
    expect(JSON.parse(io.out())).toMatchObject({ items: [{ status: { conditions } }] })
  })

  it('nobody handles it: it says so when the time is over', async () => {
    expect(await scene().run('reconcile policy/podinfo --wait --timeout 200ms')).toEqual({
      code: 1,
      out: '',
      err: expect.stringContaining(
        'tagboat: ImagePolicy apps/podinfo was not worked through within 200ms\n  hint: see whether the controller runs',
      ) as string,
    })
  })

  it('the object is deleted meanwhile', async () => {
    const { io, ended } = scene().start('reconcile policy/podinfo --wait')
    await until(() => scene().fake.watches.open === 1)
    scene().fake.remove(kinds.policies, { namespace: 'apps', name: 'podinfo' })
    expect(await ended).toBe(1)
    expect(io.err()).toContain('ImagePolicy apps/podinfo was deleted')
  })

  it('can be interrupted', async () => {
    const { io, stop } = scene().start('reconcile policy/podinfo --wait')
    await until(() => io.err().includes('waiting'))
    expect(await stop()).toBe(130)
  })
})

describe('with --with-source', () => {
  it('the repository comes first, and the policy only when it is done', async () => {
    const { io, ended } = scene().start('reconcile policy/podinfo --with-source --wait')
    await until(() => io.err().includes('ImageRepository'))
    expect(annotationsOf()).toEqual({})
    await handle(scene().fake, kinds.images, { name: 'podinfo', message: 'successful scan' })
    await handle(scene().fake, kinds.policies, { name: 'podinfo', message: 'resolved' })
    expect(await ended).toBe(0)
    expect(io.out()).toBe('✔ ImageRepository apps/podinfo: successful scan\n✔ ImagePolicy apps/podinfo: resolved\n')
  })

  it('a repository that fails ends it', async () => {
    const { io, ended } = scene().start('reconcile policy/podinfo --with-source --wait')
    await handle(scene().fake, kinds.images, { name: 'podinfo', ready: false, message: 'scan failed' })
    expect(await ended).toBe(1)
    expect(io.err()).toContain('✗ ImageRepository apps/podinfo: scan failed\n')
    expect(annotationsOf()).toEqual({})
  })

  it('an automation has its GitRepository', async () => {
    const { fake } = scene()
    fake.put(kinds.updates, object('apps', { spec: { sourceRef: { kind: 'GitRepository', name: 'config' } } }))
    expect((await scene().run('reconcile update/apps --with-source')).out).toBe(
      '✔ GitRepository apps/config: requested\n✔ ImageUpdateAutomation apps/apps: requested\n',
    )
  })

  it.each([
    ['image/podinfo', 64, '--with-source: ImageRepository has no source'],
    ['policy/lost', 1, 'ImagePolicy apps/lost refers to ImageRepository "nowhere", which does not exist'],
  ])('%s', async (operand, code, message) => {
    scene().fake.put(kinds.policies, object('lost', { spec: { imageRepositoryRef: { name: 'nowhere' } } }))
    expect(await scene().run(`reconcile ${operand} --with-source`)).toMatchObject({
      code,
      err: expect.stringContaining(message) as string,
    })
  })
})

describe('what is refused', () => {
  it.each([
    [
      'update/apps',
      1,
      'ImageUpdateAutomation apps/apps is suspended\n  hint: tagboat resume imageupdateautomation.tagboat.dev/apps -n apps\n  code: CLUSTER_SUSPENDED',
    ],
    ['policy/nope', 1, 'ImagePolicy "nope" not found in namespace "apps"'],
    ['policy', 64, 'nothing is named'],
    ['policy/podinfo image/podinfo', 64, 'expected policy/NAME, got "image/podinfo"'],
    ['policy/', 64, 'expected policy/NAME, got "policy/"'],
    ['imagepolicy.example.org/podinfo', 64, 'no ImagePolicy is read of the group "example.org"'],
    ['sync/apps', 64, 'the synchronizer is not part of this release'],
  ])('reconcile %s', async (operands, code, message) => {
    expect(await scene().run(`reconcile ${operands}`)).toMatchObject({
      code,
      err: expect.stringContaining(message) as string,
    })
  })

  it('a name that two groups have is ambiguous; in full it is not', async () => {
    scene().fake.put(kinds.fluxPolicies, object('podinfo'))
    const both = 'imagepolicy.tagboat.dev/podinfo and imagepolicy.image.toolkit.fluxcd.io/podinfo'
    expect(await scene().run('reconcile policy/podinfo')).toMatchObject({
      code: 64,
      err: expect.stringContaining(`"podinfo" is ambiguous: ${both}`) as string,
    })
    await scene().run('reconcile imagepolicy.image.toolkit.fluxcd.io/podinfo')
    expect(annotationsOf(kinds.fluxPolicies)[annotation]).toMatch(nanoTime)
    expect(annotationsOf()).toEqual({})
  })
})
