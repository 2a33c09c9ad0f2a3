import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { basename, dirname } from 'node:path'
import type { Readable } from 'node:stream'
import { makeAuthority } from '../fakes/certificate.ts'

/** Who is let in; absent: everybody, and everybody may push. */
type HttpAccess = { readonly username: string; readonly password: string } | { readonly bearer: string }

/** A request as it came. */
interface SeenRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly authorization: string | undefined
}

/** An answer in place of git's. */
interface Interception {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A repository behind `git http-backend`. */
export interface GitHttpServer extends AsyncDisposable {
  /** Of the repository. */
  readonly url: string
  readonly port: number
  /** PEM of the authority that signed the certificate; empty over plain http. */
  readonly ca: string
  readonly requests: readonly SeenRequest[]
  /** Answers requests itself where this gives something; undefined: git answers. */
  intercept(answer: ((request: SeenRequest) => Interception | undefined) | undefined): void
}

export interface GitHttpOptions {
  readonly access?: HttpAccess
  readonly tls?: boolean
  /** Over TLS, asks for a certificate of this authority (PEM) and lets nobody in without one. */
  readonly clientAuthority?: string
}

/** Serves one repository over HTTP on a free loopback port: a bridge from node:http to git's CGI program. */
export async function serveHttp(repository: string, options: GitHttpOptions = {}): Promise<GitHttpServer> {
  const requests: SeenRequest[] = []
  let intercept: ((request: SeenRequest) => Interception | undefined) | undefined
  const ending = new AbortController()
  const listener: RequestListener = (request, response) => {
    const seen = seenOf(request)
    requests.push(seen)
    const own = intercept?.(seen) ?? refusal(seen, options.access)
    if (own === undefined) return answerByGit(dirname(repository), request, response, ending.signal)
    request.resume()
    response.writeHead(own.status, own.headers).end(own.body ?? '')
  }
  const authority = makeAuthority()
  const { key, cert } = authority.issue(['localhost', '127.0.0.1'])
  const { clientAuthority } = options
  const clients = clientAuthority === undefined ? {} : { requestCert: true, ca: clientAuthority }
  const server =
    options.tls === true ? createHttpsServer({ key, cert, ...clients }, listener) : createHttpServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `${options.tls === true ? 'https' : 'http'}://127.0.0.1:${port}/${basename(repository)}`,
    port,
    ca: options.tls === true ? authority.cert : '',
    requests,
    intercept: (answer) => {
      intercept = answer
    },
    [Symbol.asyncDispose]: async () => {
      ending.abort()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function seenOf(request: IncomingMessage): SeenRequest {
  return { method: request.method ?? '', path: request.url ?? '', authorization: request.headers.authorization }
}

function refusal({ authorization }: SeenRequest, access: HttpAccess | undefined): Interception | undefined {
  if (access === undefined) return undefined
  const expected =
    'bearer' in access
      ? `Bearer ${access.bearer}`
      : `Basic ${Buffer.from(`${access.username}:${access.password}`).toString('base64')}`
  if (authorization === expected) return undefined
  return { status: 401, headers: { 'www-authenticate': 'Basic realm="git"' }, body: 'not you' }
}

function answerByGit(root: string, request: IncomingMessage, response: ServerResponse, signal: AbortSignal): void {
  const [path = '', query = ''] = (request.url ?? '').split('?')
  const header = (name: string): string => String(request.headers[name] ?? '')
  const child = spawn('git', ['http-backend'], {
    signal,
    killSignal: 'SIGKILL',
    env: {
      PATH: process.env['PATH'],
      HOME: root,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: header('git-protocol'),
      PATH_INFO: decodeURIComponent(path),
      QUERY_STRING: query,
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: header('content-type'),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      REMOTE_ADDR: '127.0.0.1',
      ...(request.headers['content-length'] === undefined ? {} : { CONTENT_LENGTH: header('content-length') }),
    },
  })
  child.on('error', () => response.destroy())
  child.stdin.on('error', () => undefined)
  child.stderr.resume()
  request.on('error', () => undefined).pipe(child.stdin)
  passOn(child.stdout, response)
}

/** CGI's answer: header lines, an empty line, the body; the status is a header line of its own. */
function passOn(output: Readable, response: ServerResponse): void {
  let head: Buffer | undefined = Buffer.alloc(0)
  output.on('data', (chunk: Buffer) => {
    const body = head === undefined ? chunk : withoutHead(Buffer.concat([head, chunk]), response)
    if (body === undefined) head = Buffer.concat([head ?? Buffer.alloc(0), chunk])
    else {
      head = undefined
      response.write(body)
    }
  })
  output.on('end', () => response.end())
}

/** Writes the head once it is complete, and gives what follows it; undefined: more is needed. */
function withoutHead(bytes: Buffer, response: ServerResponse): Buffer | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const lines = bytes.toString('latin1', 0, end).split('\r\n')
  const fields = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()]
  })
  const status = fields.find(([name]) => name === 'Status')?.[1] ?? '200'
  const headers = fields.filter(([name]) => name !== 'Status')
  response.writeHead(Number.parseInt(status, 10), Object.fromEntries(headers))
  return bytes.subarray(end + 4)
}
