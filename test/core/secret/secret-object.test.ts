import { describe, expect, it } from 'vitest'
import { redact } from '#core/secret/redact.ts'
import { reveal } from '#core/secret/reveal.ts'
import { secretData } from '#core/secret/secret-object.ts'

describe('secretData', () => {
  const data = secretData([
    ['username', 'object-owner'],
    ['password', 'object-password'],
    ['known_hosts', 'git.example.com ssh-ed25519 AAAAC3Nz'],
    ['anything.else', 'object-else'],
  ])

  it('keeps every value', () => {
    expect(Array.from(data, ([key, value]) => [key, reveal(value)])).toEqual([
      ['username', 'object-owner'],
      ['password', 'object-password'],
      ['known_hosts', 'git.example.com ssh-ed25519 AAAAC3Nz'],
      ['anything.else', 'object-else'],
    ])
  })

  it('masks all but names and public keys', () => {
    expect(redact('object-owner object-password git.example.com ssh-ed25519 AAAAC3Nz object-else')).toBe(
      'object-owner *** git.example.com ssh-ed25519 AAAAC3Nz ***',
    )
  })
})
