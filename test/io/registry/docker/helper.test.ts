import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reveal } from '#core/secret/reveal.ts'
import { Secret } from '#core/secret/secret.ts'
import { askHelper } from '#io/registry/docker/helper.ts'

const { signal } = new AbortController()
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tagboat-helper-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function install(name: string, script: string): Promise<void> {
  const path = join(folder, `docker-credential-${name}`)
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
}

const environment = () => ({ PATH: `${folder}:/usr/bin:/bin`, KEPT: 'yes', TAGBOAT_TOKEN: 'canary' })

describe('answers', () => {
  it.each([
    ['{"ServerURL":"x","Username":"u","Secret":"p"}', { kind: 'basic', username: 'u' }, 'p'],
    ['{"Username":"<token>","Secret":"t"}', { kind: 'identity', username: '' }, 't'],
  ])('%s', async (answer, expected, secret) => {
    await install('answering', `cat >/dev/null; echo '${answer}'`)
    const credential = await askHelper('answering', 'ghcr.io', { environment: environment(), signal })
    expect(credential).toMatchObject(expected)
    expect(Object.values(credential ?? {}).map((value) => (value instanceof Secret ? reveal(value) : ''))).toContain(
      secret,
    )
  })

  it('gets the verb, the host by stdin, and no variable of ours', async () => {
    const seen = join(folder, 'seen')
    await install('recording', `echo "$1" >${seen}; cat >>${seen}; env >>${seen}; echo '{"Username":"u","Secret":"p"}'`)
    await askHelper('recording', 'https://index.docker.io/v1/', { environment: environment(), signal })
    const text = await readFile(seen, 'utf8')
    expect(text).toMatch(/^get\nhttps:\/\/index\.docker\.io\/v1\//)
    expect(text).toContain('KEPT=yes')
    expect(text).not.toContain('canary')
  })

  it('"credentials not found" is none', async () => {
    await install('empty', `echo 'credentials not found in native keychain'; exit 1`)
    expect(await askHelper('empty', 'ghcr.io', { environment: environment(), signal })).toBeUndefined()
    await install('blank', `echo '{"Username":"","Secret":""}'`)
    expect(await askHelper('blank', 'ghcr.io', { environment: environment(), signal })).toBeUndefined()
  })
})

describe('failures', () => {
  it.each([
    ['failing', 'echo canary; exit 3', /^docker-credential-failing failed with exit code 3$/],
    ['babbling', 'echo canary', /^docker-credential-babbling did not answer with Username and Secret$/],
    ['flooding', 'exec yes canary', /answered with more than 65536 bytes$/],
  ])('%s', async (name, script, message) => {
    await install(name, script)
    await expect(askHelper(name, 'ghcr.io', { environment: environment(), signal })).rejects.toMatchObject({
      code: 'REGISTRY_LOGIN_FAILED',
      message: expect.stringMatching(message),
    })
  })

  it.each([
    ['absent', 'docker-credential-absent is not on the PATH'],
    ['../x', '"docker-credential-../x" is not the name of a credential helper'],
    ['a b', '"docker-credential-a b" is not the name of a credential helper'],
    ['-x', '"docker-credential--x" is not the name of a credential helper'],
  ])('%s', async (name, message) => {
    await expect(askHelper(name, 'ghcr.io', { environment: environment(), signal })).rejects.toThrow(message)
  })

  it('an abort ends the helper and what it started', async () => {
    const pidFile = join(folder, 'pid')
    await install('sleeping', `sleep 600 & echo $! >${pidFile}; echo started >${pidFile}.ready; wait`)
    const stop = new AbortController()
    const work = askHelper('sleeping', 'ghcr.io', { environment: environment(), signal: stop.signal })
    await expect.poll(() => readFile(`${pidFile}.ready`, 'utf8').catch(() => '')).toBe('started\n')
    stop.abort(new Error('stopped'))
    await expect(work).rejects.toThrow('stopped')
    const pid = Number(await readFile(pidFile, 'utf8'))
    await expect.poll(() => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'gone')).toMatch(/^gone$|\) Z /)
  })
})
