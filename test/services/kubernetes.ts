import { generateKeyPairSync } from 'node:crypto'
import { access, constants, readdir, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Agent, request } from 'undici'
import { makeAuthority } from '../fakes/certificate.ts'
import { freePort } from './ports.ts'
import { findProgram, startProgram, type RunningProgram } from './process.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A real API server of its own with an etcd of its own. */
export interface KubernetesService extends AsyncDisposable {
  /** `https://127.0.0.1:PORT` */
  readonly url: string
  /** PEM of the authority that its certificate is from. */
  readonly ca: string
  /** May do everything. */
  readonly adminToken: string
  /** Known users without any right, by name: tests bind roles to them. */
  readonly tokens: Readonly<Record<'alice' | 'bob', string>>
  /** Path of a kubeconfig as admin, or as one of the users; gone with the service. */
  kubeconfig(user?: 'alice' | 'bob'): Promise<string>
  /** Any request as admin; JSON in and out. */
  send(
    method: string,
    path: string,
    body?: unknown,
    type?: string,
  ): Promise<{ readonly status: number; readonly value: unknown }>
  /** A GET as admin that asks for another form, e.g. a Table. */
  read(path: string, accept: string): Promise<unknown>
  /** Ends the API server and starts it again on the same port and data. */
  restart(): Promise<void>
  /** Ends the API server until `restart`. */
  stop(): Promise<void>
  /** etcd stands still, or goes on. */
  freezeEtcd(isFrozen: boolean): void
}

const hint = 'run `node .ci/setup.mjs`, which installs etcd and builds kube-apiserver, or set KUBEBUILDER_ASSETS'

/** Starts both on free loopback ports; ready in two to four seconds. */
export async function startKubernetes(): Promise<KubernetesService> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryFolder('kubernetes'))
  const etcd = stack.use(await startEtcd(folder.path))
  const files = await writeFiles(folder.path)
  const port = await freePort()
  const url = `https://127.0.0.1:${port}`
  const agent = new Agent({ connect: { ca: files.ca } })
  stack.defer(async () => agent.destroy())
  const send = senderTo(url, agent)
  const api = stack.use(new ApiServer({ folder: folder.path, port, etcdUrl: etcd.url, send }))
  await api.start()
  const resources = stack.move()
  return {
    url,
    ca: files.ca,
    adminToken: tokens.admin,
    tokens,
    kubeconfig: async (user) => writeKubeconfig(folder.path, { url, ca: files.ca, user: user ?? 'admin' }),
    send,
    read: async (path, accept) => {
      const headers = { authorization: `Bearer ${tokens.admin}`, accept }
      return (await request(url + path, { dispatcher: agent, headers })).body.json()
    },
    restart: async () => {
      await api.stop()
      await api.start()
    },
    stop: async () => api.stop(),
    freezeEtcd: (isFrozen) => void process.kill(etcd.program.pid, isFrozen ? 'SIGSTOP' : 'SIGCONT'),
    [Symbol.asyncDispose]: async () => {
      process.kill(etcd.program.pid, 'SIGCONT') // a stopped process does not hear that it is to end
      await resources.disposeAsync()
    },
  }
}

const tokens = { admin: 'admin-token', alice: 'alice-token', bob: 'bob-token' } as const

async function programOf(name: string): Promise<string> {
  for (const folder of [process.env['KUBEBUILDER_ASSETS'], ...(await builtFolders())]) {
    if (folder === undefined || folder === '') continue
    const path = join(folder, name)
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return path
  }
  const installed = await findProgram(name)
  if (installed === undefined) throw new Error(`there is no ${name}: ${hint}`)
  return installed
}

/** Where `.ci/kube.mjs` puts what it builds, a folder for each version, the newest first. */
async function builtFolders(): Promise<readonly string[]> {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(process.env['HOME'] ?? homedir(), '.cache')
  const root = join(cache, 'tagboat', 'kube')
  const versions = await readdir(root).catch(() => [])
  const order = new Intl.Collator('en', { numeric: true })
  return versions.toSorted((a, b) => order.compare(b, a)).map((version) => join(root, version))
}

async function startEtcd(
  folder: string,
): Promise<AsyncDisposable & { readonly url: string; readonly program: RunningProgram }> {
  const url = `http://127.0.0.1:${await freePort()}`
  const peer = `http://127.0.0.1:${await freePort()}`
  const flags = {
    'data-dir': join(folder, 'etcd'),
    'listen-client-urls': url,
    'advertise-client-urls': url,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `default=${peer}`,
    'log-level': 'error',
  }
  const program = await startProgram({
    command: await programOf('etcd'),
    args: argumentsOf(flags),
    isReady: async () => (await fetch(`${url}/health`)).ok,
  })
  return { url, program, [Symbol.asyncDispose]: async () => program[Symbol.asyncDispose]() }
}

function argumentsOf(flags: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(flags).map(([name, value]) => `--${name}=${value}`)
}

/** Keys, certificate and users. */
async function writeFiles(folder: string): Promise<{ readonly ca: string }> {
  const authority = makeAuthority('kubernetes test authority')
  const server = authority.issue(['localhost', '127.0.0.1'])
  const account = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const users = Object.entries(tokens).map(([name, token]) => {
    return `${token},${name},${name}-uid${name === 'admin' ? ',"system:masters"' : ''}`
  })
  const files = {
    'tls.crt': server.cert,
    'tls.key': server.key,
    'account.key': account.privateKey,
    'account.pub': account.publicKey,
    'tokens.csv': `${users.join('\n')}\n`,
  }
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text, { mode: 0o600 })))
  return { ca: authority.cert }
}

type Send = KubernetesService['send']

function senderTo(url: string, dispatcher: Agent): Send {
  return async (method, path, body, type = 'application/json') => {
    const answer = await request(url + path, {
      dispatcher,
      method,
      headers: { authorization: `Bearer ${tokens.admin}`, 'content-type': type },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.body.text()
    const isJson = String(answer.headers['content-type']).includes('json')
    return { status: answer.statusCode, value: isJson ? (JSON.parse(text) as unknown) : text }
  }
}

interface ApiServerOptions {
  readonly folder: string
  readonly port: number
  readonly etcdUrl: string
  readonly send: Send
}

class ApiServer implements AsyncDisposable {
  readonly #options: ApiServerOptions
  #program: RunningProgram | undefined

  constructor(options: ApiServerOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    const { folder, port, etcdUrl, send } = this.#options
    const flags = {
      'etcd-servers': etcdUrl,
      'cert-dir': folder,
      'tls-cert-file': join(folder, 'tls.crt'),
      'tls-private-key-file': join(folder, 'tls.key'),
      'bind-address': '127.0.0.1',
      'secure-port': String(port),
      'service-account-issuer': 'https://kubernetes.default.svc',
      'service-account-key-file': join(folder, 'account.pub'),
      'service-account-signing-key-file': join(folder, 'account.key'),
      'token-auth-file': join(folder, 'tokens.csv'),
      'authorization-mode': 'RBAC',
      'service-cluster-ip-range': '10.0.0.0/24',
      'disable-admission-plugins': 'ServiceAccount',
      v: '0',
    }
    this.#program = await startProgram({
      command: await programOf('kube-apiserver'),
      args: argumentsOf(flags),
      isReady: async () => (await send('GET', '/readyz')).status === 200,
      readyWithinMs: 60_000,
    })
  }

  async stop(): Promise<void> {
    await this.#program?.[Symbol.asyncDispose]()
    this.#program = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

async function writeKubeconfig(
  folder: string,
  { url, ca, user }: { readonly url: string; readonly ca: string; readonly user: keyof typeof tokens },
): Promise<string> {
  const path = join(folder, `${user}.kubeconfig`)
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'test',
    clusters: [
      { name: 'test', cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
    users: [{ name: user, user: { token: tokens[user] } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user } }],
  }
  await writeFile(path, JSON.stringify(config), { mode: 0o600 })
  return path
}
