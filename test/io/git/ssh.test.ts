import { expect, it } from 'vitest'
import { lookAt, remoteOf, secretOf } from '../../services/git-client.ts'
import { makeSshKey, serveSsh } from '../../services/git-ssh.ts'
import { bareRepository } from '../../services/git.ts'
import { temporaryFolder } from '../../services/temporary-folder.ts'

it('refuses what does not fit, each with its own code', async () => {
  await using folder = await temporaryFolder('keys')
  await using repository = await bareRepository({ 'a.yaml': 'a: 1\n' })
  await using ssh = await serveSsh()
  const other = await makeSshKey(folder.path, 'other', ['-t', 'ed25519'])
  const right = { identity: ssh.identity.privateKey, known_hosts: ssh.knownHostsFor(ssh.port) }
  const codeOf = async (path: string, values: Record<string, string>): Promise<unknown> => {
    const looked = lookAt(remoteOf(ssh.origin + path, { secret: secretOf(values) }))
    return looked.catch((error: unknown) => (error as { code: unknown }).code)
  }
  const { path } = repository
  expect(await codeOf(path, right)).toBe(await repository.tip('main'))
  expect(await codeOf(path, { ...right, identity: right.identity.replaceAll('\n', '\r\n').trimEnd() })).toMatch(
    /^[0-9a-f]{40}$/,
  )
  expect(await codeOf(path, { ...right, identity: other.privateKey })).toBe('GIT_AUTH_FAILED')
  expect(await codeOf(path, { ...right, known_hosts: `[127.0.0.1]:${ssh.port} ${other.publicKey}` })).toBe(
    'GIT_HOST_KEY',
  )
  expect(await codeOf(path, { ...right, known_hosts: `example.com ${other.publicKey}` })).toBe('GIT_HOST_KEY')
  expect(await codeOf('/nowhere.git', right)).toBe('GIT_NOT_FOUND')
  const wrongPassphrase = { ...right, identity: ssh.encrypted.privateKey, password: 'not this one' }
  expect(await codeOf(path, wrongPassphrase)).toMatch(/GIT_(CREDENTIALS_INVALID|AUTH_FAILED)/)
})
