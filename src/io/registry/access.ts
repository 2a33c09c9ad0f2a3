import { createHash, createHmac, randomBytes, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { AppError, isAppError } from '#core/error.ts'
import type { ImageName } from '#core/image/reference.ts'
import { parseRemoteUrl, type RemoteUrl } from '#core/secret/remote-url.ts'
import { reveal } from '#core/secret/reveal.ts'
import type { SecretObject } from '#core/secret/secret-object.ts'
import type { Log, RegistrySource } from '#flow/ports.ts'
import type { Transport } from '../http/agents.ts'
import { proxySchemes } from '../http/proxy.ts'
import { findCredential, parseDockerConfig, type Credential, type DockerConfig } from './docker/config.ts'
import type { LocalDocker } from './docker/local.ts'
import type { RegistryConfig } from './options.ts'
import { isAmong, isPlainByDefault } from './trust.ts'

/** Where and as whom a registry is asked, ready to be used. */
export interface Access {
  readonly image: ImageName
  readonly credential: Credential | undefined
  /** Tells credentials apart without their values; `anon` without one. Caches are keyed by it. */
  readonly credentialId: string
  readonly transport: Transport
  readonly allowsPlain: boolean
}

/** What it takes to find a credential. */
export interface AccessDeps {
  readonly config: Pick<RegistryConfig, 'allowedHosts'>
  readonly docker: LocalDocker | undefined
  readonly log: Log
}

const maxProxyAddress = 2048

/** Under a key of the process, so that equal contents give equal names here and tell nothing elsewhere. */
const fingerprintKey = randomBytes(32)

/**
 * Turns a source into access: credential from its Secrets, else from the user's own docker config, certificates, proxy.
 * `REGISTRY_LOGIN_FAILED` for what is malformed or not supported, `REGISTRY_HOST_REFUSED` for a host outside the list.
 */
export async function openAccess(source: RegistrySource, deps: AccessDeps, signal: AbortSignal): Promise<Access> {
  const { image, certSecret, proxySecret, insecure, provider } = source
  const { allowedHosts } = deps.config
  if (allowedHosts.length > 0 && !isAmong(image.host, allowedHosts)) {
    throw new AppError('REGISTRY_HOST_REFUSED', `${image.host}: not a host that may be contacted`)
  }
  if (provider !== 'generic') {
    throw new AppError('REGISTRY_LOGIN_FAILED', `spec.provider: logging in to ${provider} is not supported yet`, {
      hint: 'use provider generic with a Secret, which another tool renews',
    })
  }
  return {
    image,
    ...(await credentialOf(source, deps, signal)),
    transport: transportOf(certSecret, proxySecret, deps.log),
    allowsPlain: insecure || isPlainByDefault(image.host),
  }
}

async function credentialOf(
  { image, pullSecrets }: RegistrySource,
  { docker, log }: AccessDeps,
  signal: AbortSignal,
): Promise<Pick<Access, 'credential' | 'credentialId'>> {
  if (pullSecrets.length === 0) return ownCredential(image, docker, signal)
  const usable = usableConfigs(pullSecrets, log)
  const match = findCredential(
    usable.map(({ config }) => config),
    image,
  )
  const secret = match === undefined ? undefined : usable[match.order]?.secret
  if (match === undefined || secret === undefined) return { credential: undefined, credentialId: 'anon' }
  return { credential: match.credential, credentialId: `secret:${identityOf(secret)}` }
}

async function ownCredential(image: ImageName, docker: LocalDocker | undefined, signal: AbortSignal) {
  const found = await docker?.find(image, signal)
  if (found === undefined) return { credential: undefined, credentialId: 'anon' }
  const { credential, path, key } = found
  return { credential, credentialId: `file:${path}#${fingerprint(key, credential)}` }
}

function fingerprint(key: string, credential: Credential): string {
  const value = reveal(credential.kind === 'basic' ? credential.password : credential.token)
  const username = credential.kind === 'bearer' ? '' : credential.username
  return createHmac('sha256', fingerprintKey)
    .update(JSON.stringify([key, username, value]))
    .digest('hex')
}

interface Usable {
  readonly secret: SecretObject
  readonly config: DockerConfig
}

/** One of several that is unusable is a warning; if none is left, or it is the only one, it is an error. */
function usableConfigs(secrets: readonly SecretObject[], log: Log): readonly Usable[] {
  const failures: AppError[] = []
  const usable = secrets.flatMap((secret): readonly Usable[] => {
    try {
      return [{ secret, config: configOf(secret) }]
    } catch (error) {
      if (!isAppError(error)) throw error
      failures.push(error)
      return []
    }
  })
  const [first] = failures
  if (usable.length === 0 && first !== undefined) throw first
  for (const { message } of failures) log.warn(message)
  return usable
}

/** The key decides how a Secret is read, whatever its type. */
function configOf(secret: SecretObject): DockerConfig {
  const origin = `Secret ${secret.namespace}/${secret.name}`
  const whole = secret.data.get('.dockerconfigjson')
  const map = whole ?? secret.data.get('.dockercfg')
  if (map === undefined) throw loginFailed(`${origin} has neither .dockerconfigjson nor .dockercfg`)
  return parseDockerConfig(reveal(map), { origin, bare: whole === undefined })
}

function identityOf({ namespace, name, uid, resourceVersion }: SecretObject): string {
  return `${namespace}/${name}/${uid ?? ''}#${resourceVersion}`
}

function transportOf(cert: SecretObject | undefined, proxy: SecretObject | undefined, log: Log): Transport {
  const identities = [cert, proxy].map((secret) => (secret === undefined ? '' : identityOf(secret)))
  return {
    id: createHash('sha256').update(JSON.stringify(identities)).digest('hex'),
    ...(cert !== undefined && certificatesOf(cert, log)),
    ...(proxy !== undefined && { proxy: proxyOf(proxy) }),
  }
}

const oldNames: Readonly<Record<string, string>> = { 'tls.crt': 'certFile', 'tls.key': 'keyFile', 'ca.crt': 'caFile' }

function certificatesOf(secret: SecretObject, log: Log): Pick<Transport, 'ca' | 'client'> {
  const origin = `Secret ${secret.namespace}/${secret.name}`
  const get = (key: string) => {
    const old = oldNames[key] ?? ''
    if (!secret.data.has(key) && secret.data.has(old)) log.warn(`${origin}: the key ${old} is deprecated, use ${key}`)
    return secret.data.get(key) ?? secret.data.get(old)
  }
  const [cert, key, ca] = [get('tls.crt'), get('tls.key'), get('ca.crt')]
  if (cert === undefined && key === undefined && ca === undefined) {
    throw loginFailed(`${origin} has neither ca.crt nor tls.crt and tls.key`)
  }
  if ((cert === undefined) !== (key === undefined)) throw loginFailed(`${origin} has only half of tls.crt and tls.key`)
  const transport = {
    ...(ca !== undefined && { ca: reveal(ca) }),
    ...(cert !== undefined && key !== undefined && { client: { cert: reveal(cert), key } }),
  }
  assertUsable(transport, origin)
  return transport
}

function assertUsable({ ca, client }: Pick<Transport, 'ca' | 'client'>, origin: string): void {
  try {
    // Node passes over a CA that it cannot read, so that one is parsed by itself.
    if (ca !== undefined) void new X509Certificate(ca)
    if (client !== undefined) createSecureContext({ cert: client.cert, key: reveal(client.key) })
  } catch {
    throw loginFailed(`${origin}: the certificates are not valid PEM, or the key does not belong to the certificate`)
  }
}

function proxyOf(secret: SecretObject): RemoteUrl {
  const origin = `Secret ${secret.namespace}/${secret.name}`
  const text = (key: string) => {
    const value = secret.data.get(key)
    return value === undefined ? '' : reveal(value)
  }
  const address = text('address')
  if (address === '' || address.length > maxProxyAddress) {
    throw loginFailed(`${origin}: address must be there and have at most ${maxProxyAddress} characters`)
  }
  const username = text('username')
  if (username === '') return parseRemoteUrl(address, `${origin}: address`, proxySchemes)
  const login = `${encodeURIComponent(username)}:${encodeURIComponent(text('password'))}@`
  const bare = address.replace(/^([a-z0-9]+:\/\/)(?:[^/@]*@)?/, (_, scheme: string) => `${scheme}${login}`)
  return parseRemoteUrl(bare, `${origin}: address`, proxySchemes)
}

function loginFailed(message: string): AppError {
  return new AppError('REGISTRY_LOGIN_FAILED', message)
}
