import { describe, expect, it } from 'vitest'
import { answerBlob, answerUpload, type Uploads } from '#cli/demo/registry/blobs.ts'
import { digestOf, type RegistryContent } from '#cli/demo/registry/content.ts'
import { requestOf } from '../request.ts'

const digest = digestOf(new TextEncoder().encode('hello'))

function openUploads() {
  const content: RegistryContent = new Map()
  const uploads: Uploads = new Map()
  const ask = (line: string, body = '', headers: Record<string, string> = {}) => {
    const [repository = '', id = ''] = (line.split(' ')[1] ?? '').split('?')[0]?.split('/') ?? []
    return answerUpload(content, uploads, { repository, id }, requestOf(line, headers, body))
  }
  const read = (method: string) => answerBlob(content, { repository: 'a', digest }, requestOf(`${method} /x`))
  const start = () => ask('POST a/').headers['docker-upload-uuid'] ?? ''
  return { ask, read, start }
}

describe('an upload', () => {
  it('goes in one request', () => {
    const { ask, read } = openUploads()
    expect(ask(`POST a/?digest=${digest}`, 'hello').status).toBe(201)
    expect(new TextDecoder().decode(read('GET').body)).toBe('hello')
  })

  it('goes in chunks, which must follow each other', () => {
    const { ask, read, start } = openUploads()
    const id = start()
    expect(ask(`PATCH a/${id}`, 'hel', { 'content-range': '0-2' }).headers['range']).toBe('0-2')
    expect(ask(`PATCH a/${id}`, 'x', { 'content-range': '9-9' }).status).toBe(416)
    expect(ask(`GET a/${id}`).headers['range']).toBe('0-2')
    expect(ask(`PUT a/${id}?digest=${digest}`, 'lo', { 'content-range': '3-4' }).status).toBe(201)
    expect(read('HEAD').status).toBe(200)
    expect(ask(`GET a/${id}`).status).toBe(404)
  })

  it('is refused under a foreign digest, and can be given up', () => {
    const { ask, read, start } = openUploads()
    expect(ask(`PUT a/${start()}?digest=${digest}`, 'other').status).toBe(400)
    const id = start()
    expect(ask(`DELETE a/${id}`).status).toBe(204)
    expect(ask(`DELETE a/${id}`).status).toBe(404)
    expect(read('GET').status).toBe(404)
  })

  it.each([
    ['from=a', 201],
    ['', 201],
    ['from=c', 202],
  ])('is not needed where a repository can mount a blob (%s: %i)', (from, status) => {
    const { ask } = openUploads()
    ask(`POST a/?digest=${digest}`, 'hello')
    expect(ask(`POST b/?mount=${digest}&${from}`).status).toBe(status)
  })

  it.each(['PUT a/', 'POST a/1'])('has no %s', (line) => {
    expect([404, 405]).toContain(openUploads().ask(line).status)
  })
})

describe('a blob', () => {
  it('can be deleted, and not written by its path', () => {
    const { ask, read } = openUploads()
    ask(`POST a/?digest=${digest}`, 'hello')
    expect(['PUT', 'DELETE', 'GET'].map((method) => read(method).status)).toEqual([405, 202, 404])
  })
})
