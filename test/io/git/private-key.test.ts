import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { keyProblem, readPrivateKey } from '#io/git/private-key.ts'
import { makeSshKey } from '../../services/git-ssh.ts'
import { temporaryFolder } from '../../services/temporary-folder.ts'

const passphrase = 'a passphrase'

describe('keys of ssh-keygen', () => {
  it.each([
    [['-t', 'ed25519'], '', { type: 'ed25519', bits: undefined, encrypted: false }],
    [['-t', 'ed25519'], passphrase, { type: 'ed25519', bits: undefined, encrypted: true }],
    [['-t', 'ecdsa', '-b', '521'], '', { type: 'ecdsa', bits: undefined, encrypted: false }],
    [['-t', 'rsa', '-b', '2048'], passphrase, { type: 'rsa', bits: 2048, encrypted: true }],
    [['-t', 'rsa', '-b', '1024'], '', { type: 'rsa', bits: 1024, encrypted: false }],
    [['-t', 'rsa', '-b', '1024', '-m', 'PEM'], '', { type: 'rsa', bits: 1024, encrypted: false }],
    [['-t', 'rsa', '-b', '2048', '-m', 'PEM'], passphrase, { type: 'rsa', bits: undefined, encrypted: true }],
    [['-t', 'ecdsa', '-m', 'PEM'], '', { type: 'ecdsa', bits: undefined, encrypted: false }],
    [['-t', 'rsa', '-b', '2048', '-m', 'PKCS8'], '', { type: 'rsa', bits: 2048, encrypted: false }],
    [['-t', 'ecdsa', '-m', 'PKCS8'], passphrase, { type: 'unknown', bits: undefined, encrypted: true }],
  ])('%j', async (options, secret, expected) => {
    await using folder = await temporaryFolder('keys')
    const { privateKey } = await makeSshKey(folder.path, 'key', options, secret)
    expect(readPrivateKey(privateKey)).toEqual(expected)
    expect(readPrivateKey(privateKey.replaceAll('\n', '\r\n'))).toEqual(expected)
  })
})

it.each([
  '',
  'no key',
  '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n',
  '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA/////w==\n-----END OPENSSH PRIVATE KEY-----\n',
  '-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n',
  '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
])('no key: %j', (text) => {
  expect(readPrivateKey(text)).toBeUndefined()
  expect(keyProblem(text, true)).toBe('no private key in OpenSSH or PEM format')
})

it('says why a key will not do', async () => {
  await using folder = await temporaryFolder('keys')
  const weak = await makeSshKey(folder.path, 'weak', ['-t', 'rsa', '-b', '1024'])
  expect(keyProblem(weak.privateKey, false)).toBe('an RSA key of 1024 bits; at least 2048 are asked')
  const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).privateKey
  const text = dsa.export({ type: 'pkcs8', format: 'pem' }).toString()
  expect(keyProblem(text, false)).toBe('a key of type dsa; use ed25519, ecdsa or rsa')
  const locked = await makeSshKey(folder.path, 'locked', ['-t', 'ed25519'], passphrase)
  expect(keyProblem(locked.privateKey, false)).toBe('an encrypted key without its passphrase')
  expect(keyProblem(locked.privateKey, true)).toBeUndefined()
})
