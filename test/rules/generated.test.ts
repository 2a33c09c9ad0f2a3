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

  it('have a definition for each kind', () => {
    const definitions = [...generate().keys()].filter((path) => path.startsWith('deploy/crds/'))
    expect(definitions).toHaveLength(Object.keys(specSchemas).length)
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
    expect(structural(schema)).toEqual({
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

  it.each([
    ['a union', z.strictObject({ a: z.union([z.string(), z.int()]) })],
    ['anything', z.strictObject({ a: z.unknown() })],
  ])('refuse %s, which Kubernetes would refuse', (_, schema) => {
    expect(() => structural(schema)).toThrow('.a: ')
  })
})
