import { access } from 'node:fs/promises'
import type { RequestOptions } from 'node:https'
import { delimiter, join } from 'node:path'
import type { KubeConfig } from '@kubernetes/client-node'
import { AppError, quoteOutside } from '#core/error.ts'
import { redact, registerSecret } from '#core/secret/redact.ts'
import { parseRemoteUrl } from '#core/secret/remote-url.ts'
import { Secret } from '#core/secret/secret.ts'
import { proxyOf, proxySchemes, type Environment } from '../http/proxy.ts'
import type { Access, Credentials } from './credentials.ts'
import { inClusterCredentials } from './in-cluster.ts'

export interface KubeconfigOptions {
  /** `--kubeconfig` */
  readonly kubeconfig?: string
  /** `--context`; default: the file's current one. */
  readonly context?: string
  /** KUBECONFIG, HOME, KUBERNETES_SERVICE_HOST and the proxy variables are read from it. */
  readonly environment: Environment
}

/**
 * Finds the cluster as kubectl does: the file that is named, those of KUBECONFIG, `~/.kube/config`, the pod's service
 * account. The user's own kubeconfig is trusted whole: it may run programs for its credentials and read files.
 * `CLUSTER_KUBECONFIG` if there is none or it lacks something.
 */
export async function findCredentials(options: KubeconfigOptions): Promise<Credentials> {
  const files = await findFiles(options)
  if (files.length > 0) return fileCredentials(files, options)
  const own = await inClusterCredentials(options.environment)
  if (own !== undefined) return own
  throw new AppError('CLUSTER_KUBECONFIG', 'there is no kubeconfig and no service account of a pod')
}

async function findFiles({ kubeconfig, environment }: KubeconfigOptions): Promise<readonly string[]> {
  if (kubeconfig !== undefined) return [kubeconfig]
  const named = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '')
  if (named.length > 0) return named
  const home = environment['HOME'] ?? ''
  const usual = join(home, '.kube', 'config')
  return home !== '' && (await exists(usual)) ? [usual] : []
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}

async function fileCredentials(files: readonly string[], options: KubeconfigOptions): Promise<Credentials> {
  const config = await load(files)
  if (options.context !== undefined) config.setCurrentContext(options.context)
  const context = config.getContextObject(config.getCurrentContext())
  const name = config.getCurrentContext()
  if (context === null) {
    const known = config.getContexts().map((one) => one.name)
    throw invalid(files, name === '' ? 'no context is set' : `there is no context "${name}"`, known)
  }
  const cluster = config.getCurrentCluster()
  if (cluster === null) throw invalid(files, `context "${name}": there is no cluster "${context.cluster}"`)
  if (config.getCurrentUser() === null) throw invalid(files, `context "${name}": there is no user "${context.user}"`)
  if (!URL.canParse(cluster.server)) throw invalid(files, `cluster "${context.cluster}": server is no URL`)
  const server = new URL(cluster.server)
  // The library refuses plain HTTP unless TLS, which it then does not use, is not verified.
  if (server.protocol === 'http:') Object.assign(cluster, { skipTLSVerify: true })
  const { proxyUrl } = cluster as { readonly proxyUrl?: string }
  return {
    server,
    namespace: context.namespace ?? 'default',
    proxy:
      proxyUrl === undefined
        ? proxyOf(server, options.environment)
        : parseRemoteUrl(proxyUrl, `${files.join(':')}: proxy-url`, proxySchemes),
    access: async () => accessOf(config, files),
  }
}

/** The library takes a quarter of a second and 90 MB, so it is loaded only where there is a kubeconfig. */
async function load(files: readonly string[]): Promise<KubeConfig> {
  const library = await import('@kubernetes/client-node')
  const config = new library.KubeConfig()
  try {
    for (const file of files) {
      const one = new library.KubeConfig()
      one.loadFromFile(file)
      // As with kubectl, the first file that says something about a name or the context is right.
      mergeNew(config, one)
    }
  } catch (error) {
    throw invalid(files, unreadable(error))
  }
  return config
}

/** Without the path, which stands before it, and without the lines that a YAML parser quotes: they may hold a token. */
function unreadable(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file'
  if (code !== undefined) return `cannot be read (${code})`
  return textOf(error instanceof Error ? error.message.split('\n')[0] : error)
}

function mergeNew(config: KubeConfig, other: KubeConfig): void {
  config.clusters = firstOfEach([...config.clusters, ...other.clusters])
  config.users = firstOfEach([...config.users, ...other.users])
  config.contexts = firstOfEach([...config.contexts, ...other.contexts])
  config.setCurrentContext(config.getCurrentContext() ?? other.getCurrentContext())
}

function firstOfEach<Named extends { readonly name: string }>(all: readonly Named[]): Named[] {
  return all.filter(({ name }, at) => all.findIndex((one) => one.name === name) === at)
}

async function accessOf(config: KubeConfig, files: readonly string[]): Promise<Access> {
  const options: RequestOptions = {}
  try {
    await config.applyToHTTPSOptions(options)
  } catch (error) {
    throw new AppError('CLUSTER_UNAUTHORIZED', `${files.join(':')}: no credentials: ${textOf(error)}`)
  }
  const { Authorization: header, ...headers } = Object.fromEntries(
    Object.entries(options.headers ?? {}).map(([name, value]) => [name, String(value)]),
  )
  const basic = typeof options.auth === 'string' ? `Basic ${Buffer.from(options.auth).toString('base64')}` : undefined
  const authorization = header ?? basic
  return {
    headers,
    authorization: authorization === undefined ? undefined : secretHeader(authorization),
    tls: {
      ...(options.ca !== undefined && { ca: pem(options.ca) }),
      ...(options.cert !== undefined && { cert: pem(options.cert) }),
      ...(options.key !== undefined && { key: new Secret(pem(options.key)) }),
      ...(options.passphrase !== undefined && { passphrase: new Secret(options.passphrase) }),
      ...(options.servername !== undefined && { servername: options.servername }),
      ...(options.rejectUnauthorized === false && { insecure: true }),
    },
  }
}

/** A header value whose token alone is masked too. */
function secretHeader(value: string): Secret {
  registerSecret(value.replace(/^\S+ /, '').trim())
  return new Secret(value.trim())
}

function pem(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join('\n') : String(value)
}

function textOf(error: unknown): string {
  return quoteOutside(redact(error instanceof Error ? error.message : String(error)))
}

function invalid(files: readonly string[], what: string, contexts: readonly string[] = []): AppError {
  const hint = contexts.length === 0 ? {} : { hint: `choose with --context: ${contexts.slice(0, 20).join(', ')}` }
  return new AppError('CLUSTER_KUBECONFIG', `${files.join(delimiter)}: ${what}`, hint)
}
