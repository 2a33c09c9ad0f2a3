import { execFile } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { Secret } from '#core/secret/secret.ts'
import type { CommitRequest } from '#flow/ports.ts'
import { leftProcesses, openTestGit, remoteOf } from '../services/git-client.ts'
import { makeSshKey } from '../services/git-ssh.ts'
import { bareRepository } from '../services/git.ts'
import { openGpgHome } from '../services/gpg.ts'
import { temporaryFolder } from '../services/temporary-folder.ts'

const run = promisify(execFile)
const passphrase = 'canary-passphrase-71d0'
const author = { name: 'Tagboat', email: 'tagboat@example.com' }

type Signing = NonNullable<CommitRequest['signing']>

/** Makes a signed commit and pushes it; `verify` then asks git itself, with these variables and options. */
async function openSigner() {
  await using stack = new AsyncDisposableStack()
  const repository = stack.use(await bareRepository({ 'a.yaml': 'a: 1\n' }))
  const client = stack.use(await openTestGit())
  const remote = remoteOf(repository.url)
  const signal = AbortSignal.timeout(30_000)
  const parent = (await repository.tip('main')) ?? ''
  await client.git.fetch(remote, new Map([['refs/heads/main', parent]]), signal)
  const sign = async (signing: Signing): Promise<string> => {
    const request = {
      parent,
      files: new Map([['a.yaml', 'a: 2\n']]),
      message: 'signed',
      author,
      at: 1_700_000_000_000,
      signing,
    }
    const commit = await client.git.commit(remote, request, signal)
    await client.git.push(
      remote,
      { updates: [{ commit, ref: 'refs/heads/signed', expect: 'absent' }], options: [] },
      signal,
    )
    return commit
  }
  const verify = async (
    commit: string,
    env: Record<string, string>,
    options: readonly string[] = [],
  ): Promise<string> => {
    const args = ['-C', repository.path, ...options, 'verify-commit', '--raw', commit]
    return (await run('git', args, { env: { ...process.env, ...env } })).stderr
  }
  const left = (): readonly string[] => [
    ...readdirSync(join(client.cacheDir, 'git', 'operations')),
    ...leftProcesses(client.cacheDir),
  ]
  const resources = stack.move()
  return { sign, verify, left, repository, [Symbol.asyncDispose]: async () => resources.disposeAsync() }
}

describe('gpg', () => {
  it.each([
    ['without a passphrase', 'ed25519', ''],
    ['with a passphrase', 'rsa2048', passphrase],
  ])('signs with a key %s, and leaves neither file nor agent', async (_what, algorithm, secret) => {
    await using gpg = await openGpgHome()
    await using signer = await openSigner()
    const fingerprint = await gpg.makeKey('Tagboat <tagboat@example.com>', { algorithm, passphrase: secret })
    const key = new Secret(await gpg.exportPrivate())
    const commit = await signer.sign({ type: 'gpg', key, ...(secret === '' ? {} : { passphrase: new Secret(secret) }) })
    expect(await signer.verify(commit, { GNUPGHOME: gpg.path })).toContain(`VALIDSIG ${fingerprint}`)
    expect(signer.left()).toEqual([])
  })

  it('refuses several keys, none, and a passphrase that is missing or wrong', async () => {
    await using gpg = await openGpgHome()
    await using signer = await openSigner()
    await gpg.makeKey('One <one@example.com>', { passphrase })
    const one = new Secret(await gpg.exportPrivate())
    const invalid = { code: 'GIT_SIGNING_KEY_INVALID' }
    await expect(signer.sign({ type: 'gpg', key: one })).rejects.toMatchObject(invalid)
    const wrong = { type: 'gpg', key: one, passphrase: new Secret('not this one') } as const
    await expect(signer.sign(wrong)).rejects.toMatchObject(invalid)
    await expect(signer.sign({ type: 'gpg', key: new Secret('no key') })).rejects.toMatchObject(invalid)
    await gpg.makeKey('Two <two@example.com>', { passphrase })
    const two = signer.sign({ type: 'gpg', key: new Secret(await gpg.exportPrivate()) })
    await expect(two).rejects.toMatchObject({
      ...invalid,
      message: expect.stringContaining('multiple entities read from secret'),
    })
    expect(await signer.repository.tip('signed')).toBeUndefined()
    expect(signer.left()).toEqual([])
  })
})

describe('ssh', () => {
  it.each([
    ['ed25519', ['-t', 'ed25519'], ''],
    ['ed25519 with a passphrase', ['-t', 'ed25519'], passphrase],
    ['ecdsa', ['-t', 'ecdsa', '-b', '384'], ''],
    ['rsa in PEM', ['-t', 'rsa', '-b', '2048', '-m', 'PEM'], ''],
    ['rsa in PEM with a passphrase', ['-t', 'rsa', '-b', '2048', '-m', 'PEM'], passphrase],
  ])('signs with a key of type %s', async (_what, options, secret) => {
    await using folder = await temporaryFolder('keys')
    await using signer = await openSigner()
    const key = await makeSshKey(folder.path, 'key', options, secret)
    const commit = await signer.sign({
      type: 'ssh',
      key: new Secret(key.privateKey),
      ...(secret === '' ? {} : { passphrase: new Secret(secret) }),
    })
    const allowed = join(folder.path, 'allowed')
    writeFileSync(allowed, `tagboat@example.com namespaces="git" ${key.publicKey}`)
    const said = await signer.verify(commit, {}, ['-c', `gpg.ssh.allowedSignersFile=${allowed}`])
    expect(said).toContain('Good "git" signature for tagboat@example.com')
    expect(signer.left()).toEqual([])
  })

  it.each([
    ['an RSA key of 1024 bits', ['-t', 'rsa', '-b', '1024'], '', undefined, /1024 bits/],
    ['a missing passphrase', ['-t', 'ed25519'], passphrase, undefined, /without its passphrase/],
    ['a wrong passphrase', ['-t', 'ed25519'], passphrase, 'not this one', /incorrect passphrase/],
  ])('refuses %s', async (_what, options, secret, given, message) => {
    await using folder = await temporaryFolder('keys')
    await using signer = await openSigner()
    const key = await makeSshKey(folder.path, 'key', options, secret)
    const signing = {
      type: 'ssh',
      key: new Secret(key.privateKey),
      ...(given === undefined ? {} : { passphrase: new Secret(given) }),
    } as const
    const caught: unknown = await signer.sign(signing).catch((error: unknown) => error)
    expect(caught).toMatchObject({ code: 'GIT_SIGNING_KEY_INVALID', message: expect.stringMatching(message) })
    expect(JSON.stringify([caught, String(caught)])).not.toContain('canary')
  })
})
