import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '#core/error.ts'
import { dockerHub, type ImageName } from '#core/image/reference.ts'
import type { Clock } from '#flow/ports.ts'
import type { Environment } from '../../http/proxy.ts'
import { findCredential, parseDockerConfig, type Credential, type DockerConfig } from './config.ts'
import { askHelper } from './helper.ts'

/** The docker config of the person who runs the command line. */
export interface LocalDockerOptions {
  /** `--registry-config`; without it the usual places are searched. */
  readonly file?: string | undefined
  /** Names some of the places, and is given to credential helpers. */
  readonly environment: Environment
  readonly home: string
  readonly clock: Pick<Clock, 'monotonic'>
}

/** A credential of the local config; `key` tells which, without its value. */
interface LocalCredential {
  readonly path: string
  readonly key: string
  readonly credential: Credential
}

/** Looks up credentials in the user's own docker config. */
export interface LocalDocker {
  /** The credential for an image; undefined: none, or no config at all. `REGISTRY_LOGIN_FAILED` if it is unusable. */
  find(image: ImageName, signal: AbortSignal): Promise<LocalCredential | undefined>
}

const helperCacheMs = 300_000

/** Opens the config: the file given, or the first that exists of those of Docker and Podman; they are not merged. */
export function openLocalDocker(options: LocalDockerOptions): LocalDocker {
  const reader = new ConfigReader(options)
  const answers = new Map<string, { readonly until: number; readonly credential: Credential | undefined }>()

  const fromHelper = async (name: string, host: string, signal: AbortSignal): Promise<Credential | undefined> => {
    const key = `${name} ${host}`
    const known = answers.get(key)
    const now = options.clock.monotonic()
    if (known !== undefined && known.until > now) return known.credential
    const credential = await askHelper(name, host, { environment: options.environment, signal })
    answers.set(key, { until: now + helperCacheMs, credential })
    return credential
  }

  return {
    async find(image, signal) {
      const found = await reader.read()
      if (found === undefined) return undefined
      const { path, config } = found
      for (const name of helpersFor(config, image.host)) {
        const credential = await fromHelper(name, serverOf(image.host), signal)
        if (credential !== undefined) return { path, key: `${name} ${image.host}`, credential }
      }
      const match = findCredential([config], image)
      return match === undefined ? undefined : { path, key: match.key, credential: match.credential }
    },
  }
}

/** The helper of the host, then the one for all. */
function helpersFor({ helpers, store }: DockerConfig, host: string): readonly string[] {
  const names = host === dockerHub ? ['https://index.docker.io/v1/', dockerHub, 'docker.io'] : [host]
  const own = names.map((name) => helpers.get(name)).find((helper) => helper !== undefined && helper !== '')
  return [own, store].filter((name): name is string => name !== undefined)
}

/** The name under which helpers keep a host: Docker Hub's is an old address. */
function serverOf(host: string): string {
  return host === dockerHub ? 'https://index.docker.io/v1/' : host
}

/** Reads the file again when it has changed. */
class ConfigReader {
  readonly #paths: readonly string[]
  readonly #isNamed: boolean
  #known: { readonly stamp: string; readonly path: string; readonly config: DockerConfig } | undefined

  constructor({ file, environment, home }: LocalDockerOptions) {
    this.#paths = file === undefined ? usualPaths(environment, home) : [file]
    this.#isNamed = file !== undefined
  }

  async read(): Promise<{ readonly path: string; readonly config: DockerConfig } | undefined> {
    for (const path of this.#paths) {
      const stamp = await stampOf(path)
      if (stamp === undefined) continue
      if (this.#known?.stamp !== stamp) this.#known = { stamp, path, config: await readConfig(path) }
      return this.#known
    }
    if (this.#isNamed)
      throw new AppError('REGISTRY_LOGIN_FAILED', `--registry-config: ${this.#paths[0]} does not exist`)
    return undefined
  }
}

function usualPaths(environment: Environment, home: string): readonly string[] {
  const { DOCKER_CONFIG, REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR, XDG_CONFIG_HOME } = environment
  return [
    below(DOCKER_CONFIG, 'config.json'),
    below(REGISTRY_AUTH_FILE),
    below(home, '.docker', 'config.json'),
    below(XDG_RUNTIME_DIR, 'containers', 'auth.json'),
    below(XDG_CONFIG_HOME, 'containers', 'auth.json') ?? below(home, '.config', 'containers', 'auth.json'),
  ].filter((path) => path !== undefined)
}

function below(folder: string | undefined, ...path: readonly string[]): string | undefined {
  return folder === undefined || folder === '' ? undefined : join(folder, ...path)
}

async function stampOf(path: string): Promise<string | undefined> {
  try {
    const { mtimeMs, size, ino } = await stat(path)
    return [path, mtimeMs, size, ino].join(' ')
  } catch {
    return undefined
  }
}

async function readConfig(path: string): Promise<DockerConfig> {
  try {
    return parseDockerConfig(await readFile(path, 'utf8'), { origin: path, bare: path.endsWith('.dockercfg') })
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('REGISTRY_LOGIN_FAILED', `${path} cannot be read`)
  }
}
