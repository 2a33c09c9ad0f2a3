import { AppError, quoteOutside, type AppErrorOptions } from '#core/error.ts'
import type { ErrorCode } from '#core/errors/index.ts'
import { redact } from '#core/secret/redact.ts'

/** How a process ended, as far as an error can be made of it. `code` is -1 when a signal ended it. */
export interface Failure {
  readonly code: number
  readonly stderr: string
}

/** Inside io/git only: the mirror does not hold what it should, so it must be made anew. */
export class MirrorCorrupt extends Error {
  override readonly name = 'MirrorCorrupt'
}

/** What git and ssh say, and what it means; the first rule that matches counts. */
interface Rule {
  readonly pattern: RegExp
  readonly code: ErrorCode
  readonly hint?: string
  /** What to say instead of git's words, where those are about the terminal that we do not have. */
  readonly says?: string
}

const rules: readonly Rule[] = [
  { pattern: /spawn \S+ (ENOENT|EACCES)|cannot (run|exec) \S+: |: command not found/, code: 'GIT_PROGRAM_MISSING' },
  {
    pattern:
      /No space left on device|Disk quota exceeded|: (Permission denied|Read-only file system)$|\.lock': File exists/m,
    code: 'GIT_CACHE_UNUSABLE',
  },
  {
    pattern: /Host key verification failed|host key is known for|HOST IDENTIFICATION HAS CHANGED/,
    code: 'GIT_HOST_KEY',
  },
  {
    pattern: /Load key .*: |incorrect passphrase|bad permissions/i,
    code: 'GIT_CREDENTIALS_INVALID',
    hint: 'give the private key in OpenSSH or PEM format, and the passphrase of an encrypted one under `password`',
  },
  {
    pattern: /detected dubious ownership/,
    code: 'GIT_AUTH_FAILED',
    hint: 'the repository belongs to another user: `git config --global --add safe.directory PATH` if you trust it',
  },
  {
    pattern: /error: 407|proxy.*(407|authentication)|(407|authentication).*proxy/i,
    code: 'GIT_AUTH_FAILED',
    hint: 'the proxy wants a user and password: keys `username` and `password` of the proxy Secret',
  },
  {
    pattern: /resolve proxy|via proxy|CONNECT tunnel failed|CONNECT aborted|from proxy after CONNECT/i,
    code: 'GIT_REMOTE_UNAVAILABLE',
    hint: 'check the address of the proxy and that it lets this host through',
  },
  {
    pattern: /could not read (Username|Password)/,
    code: 'GIT_AUTH_FAILED',
    says: 'the server asks for a login, and the one that was given, if any, was not accepted',
  },
  {
    pattern:
      /Permission denied \(|Authentication failed|Too many authentication failures|returned error: 40[13]|HTTP 40[13]|(?<!un)authori[sz]ation failed|access denied|unauthori[sz]ed/i,
    code: 'GIT_AUTH_FAILED',
  },
  {
    pattern:
      /certificate|alert (unknown ca|handshake failure)|TLS fatal alert|gnutls_handshake\(\) failed|SSL routines|unsupported protocol version/i,
    code: 'GIT_TLS_FAILED',
  },
  { pattern: /returned error: 30\d|update url base from redirection/, code: 'GIT_REDIRECTED' },
  {
    pattern:
      /returned error: 404|repository '.*' not found|not valid: is this a git repository|repository not found|does not appear to be a git repository|could not be found|(repository|project) does not exist/i,
    code: 'GIT_NOT_FOUND',
  },
  { pattern: /couldn't find remote ref|no such remote ref/i, code: 'GIT_BRANCH_MISSING' },
  {
    pattern:
      /src refspec .* does not match|not our ref|unadvertised object|bad object [0-9a-f]{40}|not a valid object name|bad revision|unknown revision/,
    code: 'GIT_COMMIT_MISSING',
  },
  {
    pattern:
      /resolve host|Connection (refused|reset|timed out|closed)|connect to|Network is unreachable|No route to host|timed out|too slow|returned error: (429|5\d\d)|HTTP 5\d\d|early EOF|disconnect|hung up|Could not read from remote|kex_exchange|Empty reply|transfer closed|(Recv|Send) failure|RPC failed|Broken pipe|GnuTLS (recv|send) error|unable to access 'https?:|SSL_(read|write|connect|ERROR)|invalid index-pack output|bad line length/i,
    code: 'GIT_REMOTE_UNAVAILABLE',
  },
]

/** Damage of the store that no network can cause, whatever else is said beside it. */
const plainDamage =
  /bad object header|cannot read existing object|packfile \S+ (cannot|does not match|claims)|loose object \S+ .*corrupt|object file \S+ is empty|point to a valid object|index file \S+ is too small|non-monotonic index|bad config|unable to resolve reference|bad object refs/

/** Words of damage that only count where nothing else explains the failure: a cut transfer has some of them too. */
const likelyDamage =
  /unable to unpack|inflate|unable to (read|parse|get) (tree|object|sha1|[0-9a-f]{40})|missing (blob|tree|commit|object)|not a git repository|bad tree|index file .* (corrupt|unsupported)|index fan|multi-pack-index|hash mismatch|bad numeric config|unresolved deltas|invalid object|cannot be read|did not send all necessary objects|broken ref/i

/** Lines that only repeat or comment. */
const noise =
  /^(hint:|Please make sure|and the repository exists|To |From |error: failed to push some refs|fatal: the remote end hung up unexpectedly)|^(remote:)?\s*$/

/** Is it the mirror that is damaged, and not the network, the remote or the disk's space? */
export function isCorruption({ stderr }: Failure): boolean {
  const own = withoutRemote(stderr)
  return plainDamage.test(own) || (ruleFor(stderr) === undefined && likelyDamage.test(own))
}

/** The error for a failed git process; `what` says which ("fetch from https://git.example.com/team/config.git"). */
export function errorOf(what: string, failure: Failure, options: AppErrorOptions = {}): AppError {
  const rule = ruleFor(failure.stderr)
  const text = excerpt(failure.stderr, 300)
  const said =
    rule?.says ?? (text === '' ? `git ended ${failure.code < 0 ? 'by a signal' : `with ${failure.code}`}` : text)
  const hint = rule?.hint === undefined ? {} : { hint: rule.hint }
  return new AppError(rule?.code ?? 'GIT_FAILED', `${what}: ${said}`, { ...hint, ...options })
}

/**
 * What the other side said, on one line for a person: `remote:` taken off, noise left out, secrets redacted, control
 * characters escaped, cut at `max` characters.
 */
export function excerpt(stderr: string, max: number): string {
  const lines = redact(stderr)
    .split(/\r\n|\r|\n/)
    .filter((line) => !noise.test(line))
    .map((line) => line.replace(/^(remote: ?|fatal: |error: )+/, '').trim())
  return quoteOutside([...new Set(lines)].filter((line) => line !== '').join('; '), max)
}

/** What the server says of itself (`remote: no space left`) is not about us. */
function ruleFor(stderr: string): Rule | undefined {
  const own = withoutRemote(stderr)
  return (
    rules.find(({ pattern }) => pattern.test(own)) ??
    rules.find(({ pattern, code }) => isTheirs(code) && pattern.test(stderr))
  )
}

function isTheirs(code: ErrorCode): boolean {
  return code === 'GIT_AUTH_FAILED' || code === 'GIT_NOT_FOUND'
}

function withoutRemote(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => !/^(remote|warning):/.test(line))
    .join('\n')
}
