import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Secret } from '#core/secret/secret.ts'
import type { CommitRequest, GitRemote } from '#flow/ports.ts'
import { openTestGit, processes, remoteOf, secretOf, type TestGit } from '../services/git-client.ts'
import { serveHttp } from '../services/git-http.ts'
import { makeSshKey, serveSsh } from '../services/git-ssh.ts'
import { bareRepository, type BareRepository } from '../services/git.ts'
import { openGpgHome } from '../services/gpg.ts'
import { temporaryFolder } from '../services/temporary-folder.ts'

const password = 'canary-password-0b1c'
const passphrase = 'canary-passphrase-2d3e'
/** The values themselves and what they look like in a header. */
const canaries = [
  'canary',
  ...['robot:', ''].map((user) =>
    Buffer.from(user + password)
      .toString('base64')
      .slice(4, 24),
  ),
]

/** Looks at every process every 10 ms, as anybody on the computer could. */
function watchProcesses(): { stop(): readonly string[] } {
  const seen = new Set<string>()
  const timer = setInterval(() => {
    for (const { command, environment } of processes())
      if (environment.includes('TAGBOAT_OPERATION')) seen.add(command + environment)
  }, 10)
  return {
    stop: () => {
      clearInterval(timer)
      return [...seen]
    },
  }
}

type Signing = NonNullable<CommitRequest['signing']>

async function workWith(
  client: TestGit,
  remote: GitRemote,
  repository: BareRepository,
  signing: Signing,
): Promise<void> {
  const signal = AbortSignal.timeout(30_000)
  const { refs } = await client.git.remoteRefs(remote, ['refs/heads/main'], signal)
  await client.git.fetch(remote, refs, signal)
  const parent = refs.get('refs/heads/main') ?? ''
  const request = {
    parent,
    files: new Map([['a.yaml', 'a: 2\n']]),
    message: 'm',
    author: { name: 'T', email: 't@x' },
    at: 0,
    signing,
  }
  const commit = await client.git.commit(remote, request, signal)
  await repository.hook('pre-receive', `echo "who sent ${password}?" >&2; exit 1`)
  const refused = await client.git.push(
    remote,
    { updates: [{ commit, ref: 'refs/heads/main', expect: 'fast-forward' }], options: [] },
    signal,
  )
  expect(refused.kind).toBe('refused')
  expect(JSON.stringify(refused)).not.toContain('canary')
}

it('A34 A35 no secret stands in an argument, an environment, a log, or a file that is left', async () => {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder('keys'))
  const repository = stack.use(await bareRepository({ 'a.yaml': 'a: 1\n' }))
  const http = stack.use(await serveHttp(repository.path, { access: { username: 'robot', password } }))
  const ssh = stack.use(await serveSsh())
  const gpg = stack.use(await openGpgHome())
  const client = stack.use(await openTestGit())
  await gpg.makeKey('T <t@x>', { passphrase })
  const gpgKey = new Secret(await gpg.exportPrivate())
  const sshKey = new Secret((await makeSshKey(folder.path, 'key', ['-t', 'ed25519'], passphrase)).privateKey)
  const identity = {
    identity: ssh.encrypted.privateKey,
    password: ssh.encrypted.passphrase,
    known_hosts: ssh.knownHostsFor(ssh.port),
  }
  const watch = watchProcesses()
  await workWith(client, remoteOf(http.url, { secret: secretOf({ username: 'robot', password }) }), repository, {
    type: 'gpg',
    key: gpgKey,
    passphrase: new Secret(passphrase),
  })
  await workWith(client, remoteOf(ssh.origin + repository.path, { secret: secretOf(identity, 'ssh') }), repository, {
    type: 'ssh',
    key: sshKey,
    passphrase: new Secret(passphrase),
  })
  const inUrl = http.url.replace('://', `://robot:${password}@`)
  await client.git.remoteRefs(remoteOf(inUrl), ['refs/heads/main'], AbortSignal.timeout(30_000))
  const seen = watch.stop()
  expect(seen.length).toBeGreaterThan(10)
  for (const canary of canaries) {
    expect(seen.filter((text) => text.includes(canary))).toEqual([])
    expect(client.logged.filter((line) => line.includes(canary))).toEqual([])
    expect(filesIn(client.cacheDir).filter((path) => readFileSync(path, 'latin1').includes(canary))).toEqual([])
  }
}, 120_000)

it('A31 errors name neither credential nor its parts', async () => {
  await using repository = await bareRepository({ 'a.yaml': 'a: 1\n' })
  await using http = await serveHttp(repository.path, { access: { username: 'robot', password: 'the right one' } })
  await using client = await openTestGit()
  const remotes = [
    remoteOf(http.url.replace('://', `://robot:${password}@`)),
    remoteOf(http.url, { secret: secretOf({ bearerToken: password }) }),
    remoteOf(http.url.replace(/:\d+/, ':1'), { secret: secretOf({ username: 'robot', password }) }),
    remoteOf(`${http.url}?token=${password}`),
  ]
  for (const remote of remotes) {
    const caught: unknown = await client.git
      .remoteRefs(remote, ['refs/heads/main'], AbortSignal.timeout(30_000))
      .catch((error: unknown) => error)
    const text = caught instanceof Error ? `${caught.stack ?? ''}${JSON.stringify(caught)}${String(caught.cause)}` : ''
    expect(text).toMatch(/GIT_(AUTH_FAILED|REMOTE_UNAVAILABLE|NOT_FOUND)/)
    for (const canary of canaries) expect(text).not.toContain(canary)
  }
})

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile())
}
