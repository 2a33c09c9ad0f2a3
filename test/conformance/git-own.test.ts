import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lookAt, openTestGit, remoteOf } from '../services/git-client.ts'
import { serveHttp } from '../services/git-http.ts'
import { serveSsh } from '../services/git-ssh.ts'
import { bareRepository } from '../services/git.ts'
import { temporaryFolder } from '../services/temporary-folder.ts'

const basic = { username: 'robot', password: 'a-password-of-the-test' }

describe('own credentials', () => {
  it('come from the configuration and the helper of the user', async () => {
    await using repository = await bareRepository({ 'a.yaml': 'a: 1\n' })
    await using http = await serveHttp(repository.path, { access: basic })
    const tip = await repository.tip('main')
    await using folder = await temporaryFolder('home')
    const helper = join(folder.path, 'helper')
    await writeFile(helper, `#!/bin/sh\necho username=${basic.username}\necho password=${basic.password}\n`, {
      mode: 0o755,
    })
    await mkdir(join(folder.path, '.config', 'git'), { recursive: true })
    const rewritten = `[url "${http.url}"]\n\tinsteadOf = http://short.example/config\n`
    await writeFile(
      join(folder.path, '.gitconfig'),
      `[credential]\n\thelper = ${helper}\n[push]\n\tfollowTags = true\n`,
    )
    await writeFile(join(folder.path, '.config', 'git', 'config'), rewritten)
    const environment = { PATH: process.env['PATH'], HOME: folder.path }
    expect(await lookAt(remoteOf(http.url, { ownCredentials: true }), { environment })).toBe(tip)
    const short = remoteOf('http://short.example/config', { ownCredentials: true })
    expect(await lookAt(short, { environment })).toBe(tip)
    const foreign = lookAt(remoteOf(http.url), { environment })
    await expect(foreign).rejects.toMatchObject({ code: 'GIT_AUTH_FAILED' })
  })

  it('over ssh by the user’s own command', async () => {
    await using repository = await bareRepository({ 'a.yaml': 'a: 1\n' })
    await using ssh = await serveSsh()
    await using folder = await temporaryFolder('home')
    const hosts = join(folder.path, 'hosts')
    await writeFile(hosts, ssh.knownHostsFor(ssh.port))
    const options = `-F /dev/null -o IdentitiesOnly=yes -o UserKnownHostsFile=${hosts} -i ${ssh.identity.path}`
    const environment = { PATH: process.env['PATH'], HOME: folder.path, GIT_SSH_COMMAND: `ssh ${options}` }
    const remote = remoteOf(ssh.origin + repository.path, { ownCredentials: true })
    expect(await lookAt(remote, { environment })).toBe(await repository.tip('main'))
  })
})

describe('an ordinary repository by its path', () => {
  it('takes other branches but not the one that is checked out', async () => {
    await using folder = await temporaryFolder('work')
    await using bare = await bareRepository({ 'a.yaml': 'a: 1\n' })
    await bare.git(['clone', '--quiet', bare.path, join(folder.path, 'work')])
    await using client = await openTestGit()
    const remote = remoteOf(`file://${join(folder.path, 'work')}`, { ownCredentials: true })
    const signal = AbortSignal.timeout(20_000)
    const { refs } = await client.git.remoteRefs(remote, ['refs/heads/main'], signal)
    await client.git.fetch(remote, refs, signal)
    const parent = refs.get('refs/heads/main') ?? ''
    const author = { name: 'T', email: 't@x' }
    const request = { parent, files: new Map([['a.yaml', 'a: 2\n']]), message: 'm', author, at: 0 }
    const commit = await client.git.commit(remote, request, signal)
    const push = async (ref: string) =>
      client.git.push(remote, { updates: [{ commit, ref, expect: 'fast-forward' }], options: [] }, signal)
    await expect(push('refs/heads/main')).rejects.toMatchObject({
      code: 'GIT_CHECKED_OUT',
      hint: expect.stringContaining('--branch'),
    })
    expect(await push('refs/heads/update')).toEqual({ kind: 'pushed' })
  })

  it.each([
    ['/nowhere/at/all', 'GIT_NOT_FOUND'],
    ['/tmp', 'GIT_NOT_FOUND'],
  ])('%s: %s', async (path, code) => {
    await expect(lookAt(remoteOf(`file://${path}`))).rejects.toMatchObject({ code })
  })
})
