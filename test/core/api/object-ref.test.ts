import { describe, expect, it } from 'vitest'
import { keyOf, keyText } from '#core/api/object-ref.ts'
import { example } from './examples.ts'

describe('keys', () => {
  it('name an object', () => {
    const key = keyOf(example('ImagePolicy'))
    expect(key).toEqual({ group: 'tagboat.dev', kind: 'ImagePolicy', namespace: 'apps', name: 'web' })
    expect(keyText(key)).toBe('tagboat.dev/ImagePolicy/apps/web')
  })
})
