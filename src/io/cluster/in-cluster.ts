import { readFile } from 'node:fs/promises'
import { isIPv6 } from 'node:net'
import { join } from 'node:path'
import { AppError } from '#core/error.ts'
import { registerSecret } from '#core/secret/redact.ts'
import { Secret } from '#core/secret/secret.ts'
import { proxyOf, type Environment } from '../http/proxy.ts'
import type { Credentials } from './credentials.ts'

/** Where Kubernetes mounts a pod's service account. */
const mount = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * The cluster that this process runs in, as the service account of its pod; undefined outside of one. The token is
 * replaced by the kubelet long before it ends, so it is read anew each time. (client-node would do the same, but keeps
 * a token for a minute even after a 401, and takes 90 MB.)
 */
export async function inClusterCredentials(environment: Environment, folder = mount): Promise<Credentials | undefined> {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = environment
  if (host === '' || (await read(folder, 'token')) === undefined) return undefined
  const server = new URL(`https://${isIPv6(host) ? `[${host}]` : host}:${port}`)
  return {
    server,
    namespace: (await read(folder, 'namespace')) ?? 'default',
    proxy: proxyOf(server, environment),
    access: async () => {
      const [token, ca] = await Promise.all([read(folder, 'token'), read(folder, 'ca.crt')])
      if (token === undefined) {
        throw new AppError('CLUSTER_UNAUTHORIZED', `${join(folder, 'token')}: the service account's token is gone`)
      }
      registerSecret(token) // masked without its `Bearer` as well
      return { tls: ca === undefined ? {} : { ca }, authorization: new Secret(`Bearer ${token}`), headers: {} }
    },
  }
}

async function read(folder: string, name: string): Promise<string | undefined> {
  return readFile(join(folder, name), 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  )
}
