import { errors } from 'undici'
import { expect, it } from 'vitest'
import { BodyTooLarge, ForbiddenAddress, HttpFailure, kindOf } from '#io/http/failure.ts'

const withCode = (code: string) => Object.assign(new Error(code), { code })

it.each([
  [withCode('ECONNREFUSED'), 'refused'],
  [new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNREFUSED')]), 'refused'],
  [new Error('outer', { cause: withCode('ECONNREFUSED') }), 'refused'],
  [withCode('ENOTFOUND'), 'unreachable'],
  [withCode('ECONNRESET'), 'unreachable'],
  [new errors.SocketError('other side closed'), 'unreachable'],
  [withCode('ERR_SSL_WRONG_VERSION_NUMBER'), 'not-tls'],
  [withCode('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), 'tls'],
  [withCode('CERT_HAS_EXPIRED'), 'tls'],
  [withCode('DEPTH_ZERO_SELF_SIGNED_CERT'), 'tls'],
  [withCode('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'tls'],
  [withCode('ERR_TLS_CERT_ALTNAME_INVALID'), 'tls'],
  [new errors.ConnectTimeoutError(), 'timeout'],
  [new errors.HeadersTimeoutError(), 'timeout'],
  [new errors.BodyTimeoutError(), 'timeout'],
  [new DOMException('late', 'TimeoutError'), 'timeout'],
  [new errors.HeadersOverflowError(), 'too-large'],
  [new errors.ResponseExceededMaxSizeError(), 'too-large'],
  [new BodyTooLarge(), 'too-large'],
  [new errors.HTTPParserError('bad'), 'malformed'],
  [withCode('Z_DATA_ERROR'), 'malformed'],
  [new ForbiddenAddress(), 'forbidden'],
  ['a string', 'unreachable'],
] as const)('%s is %s', (error, kind) => {
  expect(kindOf(error)).toBe(kind)
})

it.each([
  ['refused', 'REGISTRY_UNAVAILABLE'],
  ['unreachable', 'REGISTRY_UNAVAILABLE'],
  ['not-tls', 'REGISTRY_TLS_FAILED'],
  ['tls', 'REGISTRY_TLS_FAILED'],
  ['timeout', 'REGISTRY_TIMEOUT'],
  ['too-large', 'REGISTRY_TOO_LARGE'],
  ['malformed', 'REGISTRY_BAD_RESPONSE'],
  ['forbidden', 'REGISTRY_HOST_REFUSED'],
  ['cancelled', 'CANCELLED'],
] as const)('%s is reported as %s', (kind, code) => {
  const codes = {
    unavailable: 'REGISTRY_UNAVAILABLE',
    timeout: 'REGISTRY_TIMEOUT',
    tls: 'REGISTRY_TLS_FAILED',
    tooLarge: 'REGISTRY_TOO_LARGE',
    malformed: 'REGISTRY_BAD_RESPONSE',
    forbidden: 'REGISTRY_HOST_REFUSED',
  } as const
  expect(new HttpFailure(codes, kind, 'text')).toMatchObject({ code, kind, message: 'text' })
})
