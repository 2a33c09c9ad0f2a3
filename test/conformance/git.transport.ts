import type { GitRemote } from '#flow/ports.ts'
import { remoteOf, secretOf } from '../services/git-client.ts'
import { serveHttp } from '../services/git-http.ts'
import { serveSsh } from '../services/git-ssh.ts'
import type { BareRepository } from '../services/git.ts'

/** A way to a repository. */
export interface GitTransport extends AsyncDisposable {
  /** The remote, as a flow would make it; through another port if one is given (a proxy of the test). */
  remote(repository: BareRepository, port?: number): Promise<GitRemote>
  /** The loopback port that it listens on for this repository; undefined where there is no network. */
  port(repository: BareRepository): Promise<number | undefined>
}

/** The file system: git starts the other side as a child. */
export async function startFile(): Promise<GitTransport> {
  return {
    remote: async ({ url }) => remoteOf(url),
    port: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  }
}

const httpLogin = { username: 'robot', password: 'canary-password-93ac' }

/** `git http-backend` behind a login. */
export async function startHttp(): Promise<GitTransport> {
  const stack = new AsyncDisposableStack()
  const ports = new Map<string, Promise<number>>()
  const port = async ({ path }: BareRepository): Promise<number> => {
    const serving = ports.get(path) ?? serveHttp(path, { access: httpLogin }).then((server) => stack.use(server).port)
    ports.set(path, serving)
    return serving
  }
  return {
    remote: async (repository, through) => {
      const name = repository.path.split('/').at(-1)
      const url = `http://127.0.0.1:${through ?? (await port(repository))}/${name}`
      return remoteOf(url, { secret: secretOf(httpLogin) })
    },
    port,
    [Symbol.asyncDispose]: async () => stack.disposeAsync(),
  }
}

/** A real sshd and an identity. */
export async function startSsh(): Promise<GitTransport> {
  const server = await serveSsh()
  return {
    remote: async ({ path }, through) => {
      const origin = server.origin.replace(String(server.port), String(through ?? server.port))
      const values = { identity: server.identity.privateKey, known_hosts: server.knownHostsFor(through ?? server.port) }
      return remoteOf(origin + path, { secret: secretOf(values) })
    },
    port: async () => server.port,
    [Symbol.asyncDispose]: async () => server[Symbol.asyncDispose](),
  }
}
