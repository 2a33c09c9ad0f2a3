import { SpanKind, SpanStatusCode, trace, type Span, type SpanOptions, type Tracer } from '@opentelemetry/api'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import { Secret } from '#core/secret/secret.ts'
import type { JobResult, RunningJob, Work } from '#controller/job.ts'
import { tracedWork } from '#controller/trace.ts'
import { signal } from '../io/registry/harness.ts'

interface Told {
  readonly name: string
  readonly options: SpanOptions
  readonly attributes: Record<string, unknown>
  status: unknown
  ended: number
}

const told: Told[] = []

/** What an SDK would register: it keeps the spans. */
const provider = {
  getTracer: () => ({ startActiveSpan }) as unknown as Tracer,
}

function startActiveSpan(name: string, options: SpanOptions, work: (span: Span) => unknown): unknown {
  const span: Told = { name, options, attributes: {}, status: undefined, ended: 0 }
  told.push(span)
  return work({
    setAttribute: (key: string, value: unknown) => void (span.attributes[key] = value),
    setStatus: (status: unknown) => void (span.status = status),
    end: () => void (span.ended += 1),
  } as unknown as Span)
}

trace.setGlobalTracerProvider(provider)
beforeEach(() => void told.splice(0))
afterAll(() => trace.disable())

const key = { group: 'tagboat.dev', kind: 'ImagePolicy', namespace: 'apps', name: 'web' } as const
const job: RunningJob = { id: 'select/17', key, explain: async () => undefined, holdsLock: async () => true }
const wanted = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }

function giving(result: Partial<JobResult>): Work {
  return async () => ({ key, afterMs: undefined, gone: false, ...result })
}

describe('a job', () => {
  it('is a span with its object', async () => {
    await tracedWork(giving({ afterMs: 60_000.4 }), wanted)(job, signal)
    expect(told).toEqual([
      {
        name: 'select ImagePolicy',
        options: {
          kind: SpanKind.CONSUMER,
          root: true,
          attributes: {
            'messaging.system': 'bullmq',
            'messaging.destination.name': 'select',
            'messaging.message.id': 'select/17',
            'k8s.namespace.name': 'apps',
            'tagboat.object.group': 'tagboat.dev',
            'tagboat.object.kind': 'ImagePolicy',
            'tagboat.object.name': 'web',
          },
        },
        attributes: { 'tagboat.requeue_ms': 60_000, 'tagboat.result': 'success' },
        status: undefined,
        ended: 1,
      },
    ])
  })

  it.each<{ result: Partial<JobResult>; attributes: object; status: unknown }>([
    { result: { gone: true }, attributes: { 'tagboat.result': 'gone' }, status: undefined },
    {
      result: { error: { code: 'REGISTRY_UNAVAILABLE', message: 'no span-canary-value' } },
      attributes: { 'tagboat.result': 'failure', 'error.type': 'REGISTRY_UNAVAILABLE' },
      status: { code: SpanStatusCode.ERROR, message: 'no ***' },
    },
  ])('tells how it ended: $attributes', async ({ result, attributes, status }) => {
    const secret = new Secret('span-canary-value')
    await tracedWork(giving(result), wanted)(job, signal)
    expect(told[0]).toMatchObject({ attributes, status, ended: 1 })
    expect(String(secret)).toBe('***')
  })

  it.each([
    [new AppError('CLUSTER_CONFLICT', 'moved on'), 'CLUSTER_CONFLICT'],
    [new TypeError('moved on'), 'INTERNAL'],
  ])('that fails is a failed span, and fails', async (error, type) => {
    const failing: Work = async () => {
      throw error
    }
    await expect(tracedWork(failing, wanted)(job, signal)).rejects.toBe(error)
    expect(told[0]).toMatchObject({
      attributes: { 'tagboat.result': 'failure', 'error.type': type },
      status: { code: SpanStatusCode.ERROR, message: 'moved on' },
      ended: 1,
    })
  })

  it.each([{}, { PATH: '/bin' }, { ...wanted, OTEL_SDK_DISABLED: 'true' }])('is none with %j', async (environment) => {
    const work = giving({})
    expect(tracedWork(work, environment)).toBe(work)
  })
})
