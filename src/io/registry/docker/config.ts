import { AppError, quoteOutside } from '#core/error.ts'
import { z } from '#core/schema.ts'
import { Secret } from '#core/secret/secret.ts'
import { compareSpecificity, fits, parsePattern, type Pattern } from './pattern.ts'
import type { ImageName } from '#core/image/reference.ts'

/** What a registry can be shown. `identity` is a refresh token for the token server, `bearer` is sent as it is. */
export type Credential =
  | { readonly kind: 'basic'; readonly username: string; readonly password: Secret }
  | { readonly kind: 'identity'; readonly username: string; readonly token: Secret }
  | { readonly kind: 'bearer'; readonly token: Secret }

/** One entry of `auths`, not yet read: only the entry that is used has to be valid. */
interface Entry {
  readonly key: string
  readonly pattern: Pattern
  readonly raw: unknown
}

/** A docker config as far as it concerns logins. */
export interface DockerConfig {
  readonly entries: readonly Entry[]
  /** Credential helpers by host, and the one for all others. */
  readonly helpers: ReadonlyMap<string, string>
  readonly store: string | undefined
}

const maxBytes = 1024 * 1024

const auths = z.record(z.string(), z.unknown())
const wholeConfig = z.object({
  auths: auths.nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
  credsStore: z.string().nullish(),
})

/**
 * Reads `{"auths": {…}}` or, with `bare`, the map alone as old `.dockercfg` files hold it. `origin` names it in
 * messages. `REGISTRY_LOGIN_FAILED` if it is too long or of another shape; its content is never repeated.
 */
export function parseDockerConfig(text: string, { origin, bare }: { origin: string; bare: boolean }): DockerConfig {
  if (text.length > maxBytes) throw loginFailed(`${origin}: larger than ${maxBytes} bytes`)
  const parsed = wholeConfig.safeParse(bare ? { auths: jsonOf(text, origin) } : jsonOf(text, origin))
  if (!parsed.success) throw loginFailed(`${origin}: expected a docker config, {"auths": {"<host>": {…}}}`)
  const { auths: found, credHelpers, credsStore } = parsed.data
  return {
    entries: Object.entries(found ?? {}).map(([key, raw]) => ({ key, pattern: parsePattern(key), raw })),
    helpers: new Map(Object.entries(credHelpers ?? {})),
    store: credsStore || undefined,
  }
}

function jsonOf(text: string, origin: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message would repeat a piece of the text.
    throw loginFailed(`${origin}: not JSON`)
  }
}

/** A credential with the entry it came from; `order` is the place of its config among several. */
export interface Match {
  readonly key: string
  readonly order: number
  readonly credential: Credential
}

/**
 * The one credential for an image among several configs: longest path, then no wildcard, then the earlier config.
 * Entries without a credential (a helper holds it) are passed over. `REGISTRY_LOGIN_FAILED` if the best one is malformed.
 */
export function findCredential(configs: readonly DockerConfig[], image: ImageName): Match | undefined {
  const fitting = configs
    .flatMap(({ entries }, order) => entries.map((entry) => ({ entry, order })))
    .filter(({ entry }) => fits(entry.pattern, image))
    .toSorted((a, b) => compareSpecificity(a.entry.pattern, b.entry.pattern) || a.order - b.order)
  for (const { entry, order } of fitting) {
    const credential = credentialOf(entry)
    if (credential !== undefined) return { key: entry.key, order, credential }
  }
  return undefined
}

const authEntry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
  registrytoken: z.string().optional(),
})

function credentialOf({ key, raw }: Entry): Credential | undefined {
  const parsed = authEntry.safeParse(raw)
  if (!parsed.success) throw loginFailed(`entry "${quoteOutside(key)}": expected texts under auth, username, password`)
  const { auth = '', username = '', password = '', identitytoken = '', registrytoken = '' } = parsed.data
  if (registrytoken !== '') return { kind: 'bearer', token: new Secret(registrytoken) }
  const [user, secret] = auth === '' ? [username, password] : decodeAuth(auth, key)
  if (identitytoken !== '') return { kind: 'identity', username: user, token: new Secret(identitytoken) }
  return user === '' && secret === '' ? undefined : { kind: 'basic', username: user, password: new Secret(secret) }
}

/** base64 of `user:password`, in either alphabet, padded or not (Docker also leaves zero bytes at the end). */
function decodeAuth(auth: string, key: string): readonly [string, string] {
  const isBase64 = /^[A-Za-z0-9+/_-]+={0,2}$/.test(auth.trim())
  const text = isBase64 ? Buffer.from(auth.trim(), 'base64').toString('utf8').replace(/\0+$/, '') : ''
  const colon = text.indexOf(':')
  if (colon < 0) throw loginFailed(`entry "${quoteOutside(key)}": auth is not base64 of user:password`)
  return [text.slice(0, colon), text.slice(colon + 1)]
}

function loginFailed(message: string): AppError {
  return new AppError('REGISTRY_LOGIN_FAILED', message)
}
