import { describe, expect, it } from 'vitest'
import { parseLive, type LiveParsed } from '#core/api/live.ts'
import { findSpecWarnings } from '#core/api/warnings.ts'

const metadata = { namespace: 'apps', name: 'web', uid: 'u', resourceVersion: '7', generation: 3, finalizers: ['x'] }

function policy(spec: object, more: object = {}, group = 'tagboat.dev'): LiveParsed {
  const base = { imageRepositoryRef: { name: 'web' }, policy: { semver: { range: '^1' } } }
  return parseLive({ apiVersion: `${group}/v1`, kind: 'ImagePolicy', metadata, spec: { ...base, ...spec }, ...more })
}

function resourceOf(parsed: LiveParsed) {
  if (parsed.is !== 'resource') throw new Error(JSON.stringify(parsed))
  return parsed.resource
}

function brokenOf(parsed: LiveParsed) {
  if (parsed.is !== 'broken') throw new Error(JSON.stringify(parsed))
  return parsed.broken
}

const flux = 'image.toolkit.fluxcd.io'

describe('parseLive', () => {
  it('reads an object with its status and version', () => {
    const status = { latestRef: { name: 'web', tag: '1.2.3' }, observedGeneration: 3, unknown: 1 }
    const resource = resourceOf(policy({}, { status }))
    expect(resource.metadata).toEqual({
      namespace: 'apps',
      name: 'web',
      uid: 'u',
      generation: 3,
      resourceVersion: '7',
      labels: {},
      annotations: {},
    })
    expect(resource.status).toEqual({ latestRef: { name: 'web', tag: '1.2.3' }, observedGeneration: 3 })
    expect(resource).not.toHaveProperty('warnings')
  })

  it('unknown fields are warnings, wherever they are', () => {
    const resource = resourceOf(policy({ polcy: 1, policy: { semver: { range: '^1', rnge: 2 } } }, { extra: {} }))
    expect(findSpecWarnings(resource)).toEqual([
      { reason: 'UnknownField', message: 'extra: unknown field' },
      { reason: 'UnknownField', message: 'spec.policy.semver.rnge: unknown field; did you mean range?' },
      { reason: 'UnknownField', message: 'spec.polcy: unknown field; did you mean policy?' },
    ])
    expect(resource.spec).toMatchObject({ policy: { semver: { range: '^1' } } })
  })

  it('unknown fields of the annotation are warnings, the others count', () => {
    const annotations = { 'tagboat.dev/spec': JSON.stringify({ platforms: ['linux/amd64'], plattforms: [] }) }
    const resource = resourceOf(policy({}, { metadata: { ...metadata, annotations } }, flux))
    expect(resource.spec).toMatchObject({ platforms: ['linux/amd64'] })
    expect(resource.warnings).toEqual([
      {
        reason: 'UnknownField',
        message: expect.stringContaining('"tagboat.dev/spec"].plattforms: unknown field') as string,
      },
    ])
    expect(resource.metadata.annotations).not.toEqual(annotations) // without the field that is passed over
  })

  it('an annotation that is no JSON stalls', () => {
    const annotations = { 'tagboat.dev/spec': '{' }
    expect(brokenOf(policy({}, { metadata: { ...metadata, annotations } }, flux))).toMatchObject({
      reason: 'InvalidAnnotation',
    })
  })

  it('of several policies of Flux the first counts', () => {
    const several = { policy: { numerical: { order: 'asc' }, alphabetical: {}, semver: { range: '^1' } } }
    const resource = resourceOf(policy(several, {}, flux))
    expect(resource.spec).toMatchObject({ policy: { semver: { range: '^1' } } })
    expect(resource.warnings).toEqual([
      {
        reason: 'SeveralPolicies',
        message: 'spec.policy: several are set; semver counts, alphabetical and numerical do not',
      },
    ])
    expect(brokenOf(policy(several))).toMatchObject({ reason: 'InvalidPolicy' })
  })

  it('one that is broken keeps its metadata and status, and says why in Flux’s words', () => {
    const status = { observedGeneration: 2 }
    expect(brokenOf(policy({ filterTags: { pattern: '(' } }, { status }))).toMatchObject({
      group: 'tagboat.dev',
      apiVersion: 'tagboat.dev/v1',
      kind: 'ImagePolicy',
      metadata: { namespace: 'apps', name: 'web', uid: 'u', generation: 3, resourceVersion: '7' },
      status,
      reason: 'InvalidPolicy',
      message:
        "failed to filter tags: invalid regular expression pattern '(': error parsing regexp: missing closing ): `(`",
    })
  })

  it('a field of the status that is not as we write it is left out, the others stay', () => {
    const status = { latestRef: { name: 'web', tag: '1' }, observedGeneration: 'three', conditions: [{ type: 5 }] }
    expect(resourceOf(policy({}, { status })).status).toEqual({ latestRef: { name: 'web', tag: '1' } })
    expect(resourceOf(policy({}, { status: 'ok' })).status).toBeUndefined()
  })

  it.each([
    null,
    1,
    [],
    {},
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } },
    { apiVersion: 'tagboat.dev/v9', kind: 'ImagePolicy', metadata: { name: 'a' } },
    { apiVersion: 'tagboat.dev/v1', kind: 'Sync', metadata: { name: 'a' } },
    { apiVersion: 1, kind: 2 },
  ])('passes over %j', (value) => {
    expect(parseLive(value)).toEqual({ is: 'foreign' })
  })

  it('never throws, whatever it is given', () => {
    for (const spec of [null, [], 'x', { policy: [] }, { imageRepositoryRef: null }]) {
      const value = {
        apiVersion: 'tagboat.dev/v1',
        kind: 'ImagePolicy',
        metadata: { name: 5, labels: [] },
        spec,
        status: [],
      }
      expect(parseLive(value).is).toBe('broken')
    }
  })
})
