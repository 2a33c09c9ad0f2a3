import { describe, expect, it } from 'vitest'
import { Secret } from '#core/secret/secret.ts'
import { fluxEvent, type Told } from '#controller/notify/flux-event.ts'

const at = Date.UTC(2026, 10, 24, 9, 41, 7)
const about: Told = {
  group: 'image.toolkit.fluxcd.io',
  apiVersion: 'image.toolkit.fluxcd.io/v1',
  kind: 'ImageUpdateAutomation',
  metadata: {
    namespace: 'apps',
    name: 'web',
    uid: '0b0e',
    resourceVersion: '42',
    generation: 3,
    annotations: {},
    labels: {},
  },
}
const event = {
  type: 'Normal',
  reason: 'Succeeded',
  message: "pushed commit 'abcdef1' to branch 'main'",
  metadata: { revision: 'main@sha1:abcdef1', run: '' },
} as const

describe('an event', () => {
  it('is as notification-controller takes it', () => {
    expect(fluxEvent(about, event, { instance: 'tagboat-0', at })).toEqual({
      involvedObject: {
        apiVersion: 'image.toolkit.fluxcd.io/v1',
        kind: 'ImageUpdateAutomation',
        namespace: 'apps',
        name: 'web',
        uid: '0b0e',
        resourceVersion: '42',
      },
      severity: 'info',
      timestamp: '2026-11-24T09:41:07Z',
      message: "pushed commit 'abcdef1' to branch 'main'",
      reason: 'Succeeded',
      action: 'Reconcile',
      metadata: { 'image.toolkit.fluxcd.io/revision': 'main@sha1:abcdef1' },
      reportingController: 'tagboat',
      reportingInstance: 'tagboat-0',
    })
  })

  it('of a warning is an error there', () => {
    expect(fluxEvent(about, { ...event, type: 'Warning' }, { instance: 'x', at })).toMatchObject({ severity: 'error' })
  })

  it("names the kind as the object's group does, and its group before what is said", () => {
    const sync: Told = { ...about, group: 'kustomize.toolkit.fluxcd.io', kind: 'GitRepository' }
    expect(fluxEvent(sync, event, { instance: 'x', at })).toMatchObject({
      involvedObject: { kind: 'GitRepository' },
      metadata: { 'kustomize.toolkit.fluxcd.io/revision': 'main@sha1:abcdef1' },
    })
  })

  it('holds no secret', () => {
    const secret = new Secret('event-canary-value')
    const text = JSON.stringify(
      fluxEvent(
        about,
        { ...event, message: 'no event-canary-value', metadata: { revision: 'event-canary-value' } },
        { instance: 'x', at },
      ),
    )
    expect(text).not.toContain('event-canary-value')
    expect(String(secret)).toBe('***')
  })
})
