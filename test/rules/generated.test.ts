import { describe, expect, it } from 'vitest'
import { specSchemas } from '#core/api/kinds.ts'
import { z } from '#core/schema.ts'
import { generate, staleFiles } from '../../deploy/generate.ts'
import { structural } from '../../deploy/structural.ts'

describe('generated files', () => {
  it('are what `npm run generate` writes: run it, and commit what it changes', async () => {
    expect(await staleFiles()).toEqual([])
  })

  it('are the same every time', () => {
    expect([...generate()]).toEqual([...generate()])
  })

  it('have a definition for each kind in our group, and one in a group of Flux', () => {
    const definitions = [...generate().keys()].filter((path) => path.startsWith('deploy/crds/'))
    const flux = definitions.filter((path) => path.startsWith('deploy/crds/flux/'))
    expect([definitions.length - flux.length, flux.length]).toEqual([4, 4])
    expect(Object.keys(specSchemas)).toHaveLength(4)
  })

  it('describe every field', () => {
    const silent = [...generate()].flatMap(([path, text]) => {
      const lines = text.split('\n').filter((line) => /^\| `[^`]+` \|.*\|\s+\| (Flux|Tagboat) \|$/.test(line))
      return lines.map((line) => `${path}: ${line}`)
    })
    expect(silent).toEqual([])
  })
})

describe('structural schemas', () => {
  it('keep what Kubernetes knows and drop what it refuses', () => {
    const schema = z.strictObject({
      count: z.int().min(1).optional(),
      big: z.int(),
      map: z
        .record(z.string(), z.string())
        .meta({ description: 'a map', origin: 'tagboat', 'x-kubernetes-map-type': 'atomic' }),
    })
    expect(structural(schema, { own: true })).toEqual({
      type: 'object',
      properties: {
        count: { type: 'integer', format: 'int64', minimum: 1 },
        big: { type: 'integer', format: 'int64' },
        map: {
          type: 'object',
          description: 'a map',
          'x-kubernetes-map-type': 'atomic',
          additionalProperties: { type: 'string' },
        },
      },
      required: ['big', 'map'],
    })
  })

  it('leave out what Flux does not have, in defaults too', () => {
    const ours = { description: 'ours', origin: 'tagboat' }
    const schema = z.strictObject({
      path: z.string().default(''),
      list: z.array(z.string()).default(['a']),
      ours: z.string().meta(ours),
      update: z
        .strictObject({ how: z.string().default('so'), more: z.array(z.string()).default([]).meta(ours) })
        .default({ how: 'so', more: [] }),
    })
    expect(structural(schema, { own: false })).toEqual({
      type: 'object',
      properties: {
        path: { type: 'string' },
        list: { type: 'array', default: ['a'], items: { type: 'string' } },
        update: { type: 'object', default: { how: 'so' }, properties: { how: { type: 'string', default: 'so' } } },
      },
    })
  })

  it.each([
    ['a union', z.strictObject({ a: z.union([z.string(), z.int()]) })],
    ['anything', z.strictObject({ a: z.unknown() })],
  ])('refuse %s, which Kubernetes would refuse', (_, schema) => {
    expect(() => structural(schema, { own: true })).toThrow('.a: ')
  })
})
