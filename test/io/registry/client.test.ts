import { describe, expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import type { Digest } from '#core/image/digest.ts'
import type { Tag } from '#core/image/reference.ts'
import { registryClient } from '#io/registry/client.ts'
import { HostMemory } from '#io/registry/host-memory.ts'
import { callTo, configOf, json, reply, scripted, signal, sourceOf, testClock } from './harness.ts'

const digest = `sha256:${'a'.repeat(64)}` as Digest
const source = sourceOf('r.io/a/b')

function client(access = async () => callTo('r.io/a/b').access) {
  const clock = testClock()
  const { exchange, asked } = scripted(({ kind }) => (kind === 'tags' ? json({ tags: ['1'] }) : reply(404)))
  return {
    port: registryClient({ exchange, memory: new HostMemory([], clock), clock, config: configOf(), access }),
    asked,
  }
}

it('asks for each method what it is for', async () => {
  const { port, asked } = client()
  expect(await port.listTags(source, signal)).toEqual({
    tags: ['1'],
    dropped: { invalid: 0, artefact: 0 },
    requests: 0,
  })
  expect(await port.resolve(source, '1' as Tag, { fresh: true }, signal)).toBeUndefined()
  expect(await port.manifest(source, digest, signal)).toBeUndefined()
  expect(await port.blob(source, { mediaType: 'x', digest, size: 1 }, signal)).toBeUndefined()
  expect(await port.referrers(source, digest, signal)).toEqual([])
  expect(await port.pushTimes(source, signal)).toBeUndefined()
  expect(asked).toEqual([
    'GET /v2/a/b/tags/list?n=1000',
    'HEAD /v2/a/b/manifests/1',
    'GET /v2/a/b/manifests/1',
    `GET /v2/a/b/manifests/${digest}`,
    `GET /v2/a/b/blobs/${digest}`,
    `GET /v2/a/b/referrers/${digest}`,
    `GET /v2/a/b/manifests/sha256-${'a'.repeat(64)}`,
  ])
})

describe('nothing is asked', () => {
  it('for somebody who has no access', async () => {
    const { port, asked } = client(async () => Promise.reject(new AppError('REGISTRY_LOGIN_FAILED', 'no login')))
    await expect(port.listTags(source, signal)).rejects.toThrow('no login')
    expect(asked).toEqual([])
  })

  it('for somebody who has left', async () => {
    const { port, asked } = client()
    const gone = AbortSignal.abort(new Error('gone'))
    await expect(port.listTags(source, gone)).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(port.manifest(source, digest, gone)).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(asked).toEqual([])
  })

  it('after a deadline', async () => {
    const late = AbortSignal.abort(new DOMException('late', 'TimeoutError'))
    await expect(client().port.listTags(source, late)).rejects.toMatchObject({ code: 'REGISTRY_TIMEOUT' })
  })
})

it('an error that is not ours is told as a stop only where there was one', async () => {
  const defect = client(async () => Promise.reject(new TypeError('a defect')))
  await expect(defect.port.listTags(source, signal)).rejects.toThrow(TypeError)
})
