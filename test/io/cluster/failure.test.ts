import { expect, it } from 'vitest'
import { failureOf, failureOfStatus, isFailure } from '#io/cluster/failure.ts'

const asked = { host: 'k8s:6443', label: 'pods a/b' }

function answer(status: number, body: unknown, retryAfter?: string) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { status, body: new TextEncoder().encode(text), retryAfter }
}

const status = (reason: string, message = 'no', details: object = {}) => ({ kind: 'Status', reason, message, details })

it.each([
  [400, status('BadRequest'), 'CLUSTER_INVALID'],
  [401, status('Unauthorized'), 'CLUSTER_UNAUTHORIZED'],
  [403, status('Forbidden'), 'CLUSTER_FORBIDDEN'],
  [404, status('NotFound'), 'CLUSTER_NOT_FOUND'],
  [404, '404 page not found', 'CLUSTER_KIND_MISSING'],
  [405, status('MethodNotAllowed'), 'CLUSTER_KIND_MISSING'],
  [409, status('Conflict'), 'CLUSTER_CONFLICT'],
  [409, status('AlreadyExists'), 'CLUSTER_EXISTS'],
  [410, status('Expired'), 'CLUSTER_EXPIRED'],
  [422, status('Invalid'), 'CLUSTER_INVALID'],
  [429, status('TooManyRequests'), 'CLUSTER_BUSY'],
  [500, status('InternalError'), 'CLUSTER_UNAVAILABLE'],
  [503, '<html>', 'CLUSTER_UNAVAILABLE'],
  [504, status('Timeout'), 'CLUSTER_TIMEOUT'],
  [302, '', 'CLUSTER_MALFORMED'],
])('%d %j is %s', (code, body, expected) => {
  expect(failureOf(answer(code, body), asked).code).toBe(expected)
})

it('keeps what the server says of single fields', () => {
  const causes = [{ reason: 'FieldValueInvalid', message: 'Invalid value: 1', field: 'spec.interval' }, 'noise']
  expect(failureOf(answer(422, status('Invalid', 'is invalid', { causes })), asked)).toMatchObject({
    message: 'k8s:6443: pods a/b: 422: is invalid',
    status: 422,
    statusReason: 'Invalid',
    causes: [causes[0]],
    retry: 'never',
  })
})

it.each([
  ['5', {}, 5000],
  [undefined, { retryAfterSeconds: 3 }, 3000],
  ['Wed, 21 Oct 2026 07:28:00 GMT', {}, undefined],
  ['-1', {}, undefined],
  [undefined, { retryAfterSeconds: 'x' }, undefined],
])('Retry-After %s with details %j is %s', (header, details, expected) => {
  const failure = failureOf(answer(429, status('TooManyRequests', '', details), header), asked)
  expect(failure.retryAfterMs).toBe(expected)
})

it('the end of a watch is a failure like another', () => {
  const failure = failureOfStatus({ kind: 'Status', code: 410, reason: 'Expired', message: 'too old' }, asked)
  expect(isFailure(failure, 'CLUSTER_EXPIRED')).toBe(true)
  expect(failureOfStatus('what?', asked).code).toBe('CLUSTER_UNAVAILABLE')
})

it('text of others is cut and escaped', () => {
  const { message } = failureOf(answer(500, `\u001b[31m${'x'.repeat(5000)}`), asked)
  expect(message).toHaveLength('k8s:6443: pods a/b: 500: \\x1b[31m'.length + 195)
})
