import { AppError } from '../error.ts'
import { registerSecret } from './redact.ts'
import { Secret } from './secret.ts'

/** The pieces of an address; `userinfo` is a credential for that host alone. */
interface Parts {
  readonly scheme: string
  readonly user: string
  readonly password: Secret | undefined
  readonly host: string
  readonly port: string
  /** From the first `/` after the authority, or the whole path of a `file` address. */
  readonly path: string
  readonly query: string
}

/**
 * A remote address whose every printed form is redacted: userinfo and query values become `***`.
 * Schemes: `https`, `http`, `ssh`, `file`, `socks5`. `parseRemoteUrl` is the only maker.
 */
export class RemoteUrl {
  readonly scheme: string
  /** Without brackets, lower case; empty for `file`. */
  readonly host: string
  /** Digits, or empty for the scheme's default. */
  readonly port: string
  readonly path: string
  /** User name in the URL, or empty. */
  readonly user: string
  /** Password in the URL. */
  readonly password: Secret | undefined
  readonly #query: string

  constructor(parts: Parts) {
    this.scheme = parts.scheme
    this.host = parts.host
    this.port = parts.port
    this.path = parts.path
    this.user = parts.user
    this.password = parts.password
    this.#query = parts.query
  }

  /** `scheme://host[:port]`, never with userinfo. */
  get origin(): string {
    const host = this.host.includes(':') ? `[${this.host}]` : this.host
    return `${this.scheme}://${host}${this.port === '' ? '' : `:${this.port}`}`
  }

  /** The address to connect to, without userinfo, with its query: for the edges only, never for a message. */
  get address(): string {
    return `${this.origin}${this.path}${this.#query === '' ? '' : `?${this.#query}`}`
  }

  toString(): string {
    const userinfo = this.user === '' && this.password === undefined ? '' : '***@'
    const query = this.#query === '' ? '' : `?${this.#query.replace(/=[^&]*/g, '=***')}`
    return `${this.origin.replace('://', `://${userinfo}`)}${this.path}${query}`
  }

  toJSON(): string {
    return this.toString()
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString()
  }
}

const grammar =
  /^(?<scheme>[a-z][a-z0-9]*):\/\/(?:(?<user>[^/?#@:]*)(?::(?<password>[^/?#@]*))?@)?(?<host>\[[0-9a-fA-F:.]+\]|[^/?#@:[\]]*)(?::(?<port>[0-9]{1,5}))?(?<path>\/[^?#]*)?(?:\?(?<query>[^#]*))?$/

/** Blanks and control characters, plain or percent-encoded: a line end in a URL is a header, an argument, a log line. */
const unprintable = /[\s\u0000-\u001f\u007f]|%[01][0-9a-f]|%7f/i

/**
 * Parses an address by RFC 3986's shape. `field` names it in messages.
 * `RESOURCE_URL_INVALID`: scheme not in `schemes`, empty host (except `file`), leading `-`, blanks or control characters.
 */
export function parseRemoteUrl(text: string, field: string, schemes: readonly string[]): RemoteUrl {
  const groups = unprintable.test(text) ? undefined : grammar.exec(text)?.groups
  const scheme = groups?.['scheme'] ?? ''
  const host = (groups?.['host'] ?? '').replace(/^\[|\]$/g, '').toLowerCase()
  const refused =
    groups === undefined ||
    !schemes.includes(scheme) ||
    (scheme !== 'file' && host === '') ||
    host.startsWith('-') ||
    Number(groups['port'] ?? 0) > 65_535
  if (refused) {
    // The text itself may hold a password, so the message does not repeat it.
    throw new AppError(
      'RESOURCE_URL_INVALID',
      `${field}: expected an address of the form ${schemes.join(' or ')}://host/path`,
    )
  }
  const password = groups['password']
  const user = decode(groups['user'] ?? '')
  // Without a password the user name is often the token itself: https://<token>@github.com/…
  if (password === undefined && scheme.startsWith('http')) registerSecret(user)
  return new RemoteUrl({
    scheme,
    host,
    port: groups['port'] ?? '',
    path: groups['path'] ?? '',
    user,
    password: password === undefined ? undefined : new Secret(decode(password)),
    query: groups['query'] ?? '',
  })
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
