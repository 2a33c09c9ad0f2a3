import { expect, it } from 'vitest'
import type { Gvr, Lease, LeaseOptions } from '#io/cluster/cluster.ts'
import { Events } from '#io/cluster/events.ts'
import { openLease } from '#io/cluster/lease.ts'
import { systemClock } from '#io/clock.ts'
import { keepingLog, until, type ClusterScene, type SetScene } from './cluster.scene.ts'

const leases: Gvr = { group: 'coordination.k8s.io', version: 'v1', resource: 'leases' }
const events: Gvr = { group: 'events.k8s.io', version: 'v1', resource: 'events' }

function compete({ cluster, namespace }: ClusterScene, identity: string, times: Partial<LeaseOptions> = {}): Lease {
  const quick = { durationMs: 1000, renewDeadlineMs: 700, retryMs: 60 }
  return openLease(cluster, {
    namespace,
    name: 'leader',
    identity,
    clock: systemClock,
    log: keepingLog(),
    ...quick,
    ...times,
  })
}

/** Leadership by Lease, and events. */
export function leaseCases(setScene: SetScene): void {
  it('one holds it, the other waits, and gets it at once when it is given back', async () => {
    await using scene = await setScene()
    const first = compete(scene, 'one')
    await until(() => first.held())
    await using second = compete(scene, 'two')
    await until(() => second.holder() === 'one')
    expect(second.held()).toBe(false)
    const told: boolean[] = []
    second.onChange((held) => void told.push(held))
    await first[Symbol.asyncDispose]()
    expect(first.held()).toBe(false)
    await until(() => second.held())
    expect(told).toEqual([false, true])
    const lease = await scene.cluster.get(leases, { namespace: scene.namespace, name: 'leader' }, scene.signal)
    expect(lease?.spec).toMatchObject({ holderIdentity: 'two', leaseDurationSeconds: 1 })
  })

  it('a holder that falls silent loses it after its time, by the clock of who waits', async () => {
    await using scene = await setScene()
    const past = '2001-01-01T00:00:00.000000Z'
    const spec = {
      holderIdentity: 'dead',
      leaseDurationSeconds: 1,
      acquireTime: past,
      renewTime: past,
      leaseTransitions: 4,
    }
    const metadata = { namespace: scene.namespace, name: 'leader' }
    await scene.cluster.create(
      leases,
      { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec },
      scene.signal,
    )
    await using waiting = compete(scene, 'two')
    await until(() => waiting.holder() === 'dead')
    expect(waiting.held()).toBe(false) // whatever the times in it say
    await until(() => waiting.held())
    const lease = await scene.cluster.get(leases, metadata, scene.signal)
    expect(lease?.spec).toMatchObject({ holderIdentity: 'two', leaseTransitions: 5 })
  })

  it('a leader whose lease somebody else has taken steps down', async () => {
    await using scene = await setScene()
    await using leader = compete(scene, 'one')
    await until(() => leader.held())
    const name = { namespace: scene.namespace, name: 'leader' }
    await scene.cluster.patch(
      leases,
      name,
      { spec: { holderIdentity: 'usurper', leaseDurationSeconds: 3600 } },
      scene.signal,
    )
    await until(() => !leader.held())
    expect(leader.holder()).toBe('usurper')
  })

  it('an event that repeats is one event with a count', async () => {
    await using scene = await setScene()
    const { cluster, namespace, signal } = scene
    const about = await cluster.create(
      { group: '', version: 'v1', resource: 'configmaps' },
      scene.configMap('a'),
      signal,
    )
    const log = keepingLog()
    const teller = new Events(cluster, { instance: 'tagboat-0', clock: systemClock, log })
    const event = { type: 'Normal', reason: 'Succeeded', message: 'ä'.repeat(800), metadata: { tag: '1.2.3' } } as const
    for (let turn = 0; turn < 3; turn += 1) await teller.post(about, event, signal)
    await teller.post(about, { ...event, type: 'Warning', reason: 'Failed', message: 'no' }, signal)
    expect(log.texts).toEqual([])
    const { items } = await cluster.list(events, { namespace }, signal)
    const [normal, warning] = items.toSorted((a, b) => String(a['type']).localeCompare(String(b['type'])))
    expect(items).toHaveLength(2)
    expect(normal).toMatchObject({
      reason: 'Succeeded',
      series: { count: 2 },
      regarding: { kind: 'ConfigMap', name: 'a' },
    })
    expect(normal?.metadata.annotations).toMatchObject({ 'v1/tag': '1.2.3' })
    expect(warning).toMatchObject({ type: 'Warning', note: 'no', reportingInstance: 'tagboat-0' })
    expect(warning).not.toHaveProperty('series')
  })
}
