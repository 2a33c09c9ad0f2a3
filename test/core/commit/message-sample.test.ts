import { describe, expect, it } from 'vitest'
import { sampleEdits } from '#core/commit/message-sample.ts'

describe('sampleEdits', () => {
  it('show every part, several objects and files, and a document that is no object', () => {
    expect(new Set(sampleEdits.map(({ part }) => part))).toEqual(new Set(['full', 'tag', 'name', 'digest', 'extract']))
    expect(new Set(sampleEdits.map(({ path }) => path)).size).toBeGreaterThan(1)
    expect(new Set(sampleEdits.map(({ object }) => object?.name))).toEqual(new Set(['web', 'worker', undefined]))
  })
})
