import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { redact } from '#core/secret/redact.ts'
import { reveal } from '#core/secret/reveal.ts'
import { Secret } from '#core/secret/secret.ts'

describe('Secret', () => {
  const secret = new Secret('s3cr3t-of-the-class')

  it.each([
    { form: 'string', printed: String(secret) },
    { form: 'concatenation', printed: ['a', secret].join() },
    { form: 'JSON', printed: JSON.stringify({ secret }) },
    { form: 'inspection', printed: inspect({ secret }, { showHidden: true, depth: null }) },
    { form: 'entries', printed: Object.entries(secret).join() },
  ])('is not in its $form', ({ printed }) => {
    expect(printed).not.toContain('s3cr3t')
  })

  it('gives its text to reveal alone', () => {
    expect(reveal(secret)).toBe('s3cr3t-of-the-class')
  })

  it('is masked in texts from its making on', () => {
    expect(redact('login with s3cr3t-of-the-class failed')).toBe('login with *** failed')
  })

  it('is not masked where its maker says that it is none', () => {
    const owner = new Secret('stefanprodan-owner', { masked: false })
    expect(reveal(owner)).toBe('stefanprodan-owner')
    expect(redact('ghcr.io/stefanprodan-owner/podinfo')).toBe('ghcr.io/stefanprodan-owner/podinfo')
  })
})
