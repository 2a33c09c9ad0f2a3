import { SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api'
import { isAppError } from '#core/error.ts'
import { redact } from '#core/secret/redact.ts'
import { packageVersion } from '#io/version.ts'
import type { JobResult, RunningJob, Work } from './job.ts'

/**
 * The work, each of whose jobs is a span of OpenTelemetry, for whatever SDK the process was started with (`node --import`).
 * Without any variable `OTEL_…` it is the work itself; without an SDK spans go nowhere.
 */
export function tracedWork(work: Work, environment: Readonly<Record<string, string | undefined>>): Work {
  const isWanted = Object.keys(environment).some((name) => name.startsWith('OTEL_'))
  if (!isWanted || environment['OTEL_SDK_DISABLED'] === 'true') return work
  const tracer = trace.getTracer('tagboat', packageVersion())
  return async (job, signal) => {
    const [queue = ''] = job.id.split('/')
    return tracer.startActiveSpan(
      `${queue} ${job.key.kind}`,
      { kind: SpanKind.CONSUMER, root: true, attributes: attributesOf(job, queue) },
      async (span) => {
        try {
          const result = await work(job, signal)
          noteResult(span, result)
          return result
        } catch (error) {
          noteFailure(span, error)
          throw error
        } finally {
          span.end()
        }
      },
    )
  }
}

function attributesOf({ id, key }: RunningJob, queue: string): Record<string, string> {
  return {
    'messaging.system': 'bullmq',
    'messaging.destination.name': queue,
    'messaging.message.id': id,
    'k8s.namespace.name': key.namespace,
    'tagboat.object.group': key.group,
    'tagboat.object.kind': key.kind,
    'tagboat.object.name': key.name,
  }
}

function noteResult(span: Span, { gone, error, afterMs }: JobResult): void {
  if (afterMs !== undefined) span.setAttribute('tagboat.requeue_ms', Math.round(afterMs))
  span.setAttribute('tagboat.result', resultOf(gone, error))
  if (error === undefined) return
  span.setAttribute('error.type', error.code)
  span.setStatus({ code: SpanStatusCode.ERROR, message: redact(error.message) })
}

function resultOf(gone: boolean, error: JobResult['error']): string {
  if (gone) return 'gone'
  return error === undefined ? 'success' : 'failure'
}

function noteFailure(span: Span, error: unknown): void {
  const message = redact(error instanceof Error ? error.message : String(error))
  span.setAttribute('tagboat.result', 'failure')
  span.setAttribute('error.type', isAppError(error) ? error.code : 'INTERNAL')
  span.setStatus({ code: SpanStatusCode.ERROR, message })
}
