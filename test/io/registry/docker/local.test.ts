import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseImageName } from '#core/image/reference.ts'
import { openLocalDocker } from '#io/registry/docker/local.ts'

const { signal } = new AbortController()
let home = ''
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tagboat-docker-'))
})
afterEach(async () => {
  await rm(home, { recursive: true })
})

async function put(path: string, content: object | string): Promise<void> {
  await mkdir(dirname(join(home, path)), { recursive: true })
  await writeFile(join(home, path), typeof content === 'string' ? content : JSON.stringify(content))
}

const entry = (username: string) => ({ username, password: 'pw' })
const auths = (username: string) => ({ auths: { 'ghcr.io': entry(username) } })

async function userOf(
  environment: Readonly<Record<string, string>>,
  image = 'ghcr.io/a/b',
  file?: string,
): Promise<string | undefined> {
  const clock = { monotonic: () => 0 }
  const docker = openLocalDocker({ environment, home, clock, file })
  const found = await docker.find(parseImageName(image, 'image'), signal)
  return found?.credential.kind === 'basic' ? found.credential.username : undefined
}

describe('places', () => {
  it('are searched in order, without merging', async () => {
    const environment = {
      DOCKER_CONFIG: join(home, 'docker'),
      REGISTRY_AUTH_FILE: join(home, 'auth.json'),
      XDG_RUNTIME_DIR: join(home, 'run'),
      XDG_CONFIG_HOME: join(home, 'xdg'),
    }
    expect(await userOf(environment)).toBeUndefined()
    const places = [
      'xdg/containers/auth.json',
      'run/containers/auth.json',
      '.docker/config.json',
      'auth.json',
      'docker/config.json',
    ]
    for (const place of places) {
      await put(place, auths(place))
      expect(await userOf(environment)).toBe(place)
    }
    await put('docker/config.json', { auths: {} })
    expect(await userOf(environment)).toBeUndefined()
  })

  it('end in ~/.config', async () => {
    await put('.config/containers/auth.json', auths('last'))
    expect(await userOf({})).toBe('last')
  })

  it('are passed by for a named file, which has to exist', async () => {
    await put('.docker/config.json', auths('usual'))
    await put('own.json', auths('own'))
    expect(await userOf({}, undefined, join(home, 'own.json'))).toBe('own')
    await expect(userOf({}, undefined, join(home, 'absent.json'))).rejects.toThrow('absent.json does not exist')
  })
})

it('is read again after a change', async () => {
  await put('.docker/config.json', auths('before'))
  const docker = openLocalDocker({ environment: {}, home, clock: { monotonic: () => 0 } })
  const image = parseImageName('ghcr.io/a', 'image')
  expect(await docker.find(image, signal)).toMatchObject({ key: 'ghcr.io', credential: { username: 'before' } })
  await put('.docker/config.json', auths('somebody else'))
  expect(await docker.find(image, signal)).toMatchObject({ credential: { username: 'somebody else' } })
})

it.each([
  ['{', /config\.json: not JSON$/],
  ['{"auths": 1}', /config\.json: expected a docker config/],
])('%s is an error', async (text, message) => {
  await put('.docker/config.json', text)
  await expect(userOf({})).rejects.toMatchObject({
    code: 'REGISTRY_LOGIN_FAILED',
    message: expect.stringMatching(message),
  })
})

async function installHelper(name: string): Promise<void> {
  const path = `bin/docker-credential-${name}`
  await put(path, `#!/bin/sh\nread host\necho "$host" >>${home}/asked\necho '{"Username":"${name}","Secret":"p"}'\n`)
  await chmod(join(home, path), 0o755)
}
const withPath = () => ({ PATH: `${home}/bin:/usr/bin:/bin` })

describe('helpers', () => {
  it('come before auths: first that of the host, then the one for all', async () => {
    await installHelper('host')
    await installHelper('all')
    const config = { ...auths('file'), credHelpers: { 'ghcr.io': 'host' }, credsStore: 'all' }
    await put('.docker/config.json', config)
    expect(await userOf(withPath())).toBe('host')
    expect(await userOf(withPath(), 'quay.io/a')).toBe('all')
  })

  it('know Docker Hub by its old address, and are asked once in five minutes', async () => {
    await installHelper('hub')
    await put('.docker/config.json', { credsStore: 'hub' })
    const time = { now: 0 }
    const docker = openLocalDocker({ environment: withPath(), home, clock: { monotonic: () => time.now } })
    const image = parseImageName('alpine', 'image')
    const askedTimes = () => readFile(join(home, 'asked'), 'utf8')
    await docker.find(image, signal)
    time.now = 299_999
    await docker.find(image, signal)
    expect(await askedTimes()).toBe('https://index.docker.io/v1/\n')
    time.now = 300_000
    await docker.find(image, signal)
    expect(await askedTimes()).toBe('https://index.docker.io/v1/\n'.repeat(2))
  })

  it('that know nothing leave it to auths', async () => {
    await put('bin/docker-credential-none', `#!/bin/sh\necho credentials not found; exit 1\n`)
    await chmod(join(home, 'bin/docker-credential-none'), 0o755)
    await put('.docker/config.json', { ...auths('file'), credsStore: 'none' })
    expect(await userOf(withPath())).toBe('file')
  })
})
