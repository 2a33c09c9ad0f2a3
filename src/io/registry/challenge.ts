/** What a 401 demands: a token from `realm`, or a password. */
export type Challenge =
  | { readonly kind: 'bearer'; readonly realm: URL; readonly service: string | undefined; readonly scope: string }
  | { readonly kind: 'basic' }

interface Offer {
  readonly scheme: string
  readonly parameters: ReadonlyMap<string, string>
}

/**
 * The challenge to answer among those of all `WWW-Authenticate` headers: the first Bearer with an absolute realm, else
 * the first Basic. `unsupported` if there are only others, undefined if there is none.
 */
export function pickChallenge(headers: readonly string[]): Challenge | 'unsupported' | undefined {
  const offers = headers.flatMap(parseChallenges)
  const bearer = offers.map(bearerOf).find((challenge) => challenge !== undefined)
  if (bearer !== undefined) return bearer
  if (offers.some(({ scheme }) => scheme === 'basic')) return { kind: 'basic' }
  return offers.length === 0 ? undefined : 'unsupported'
}

function bearerOf({ scheme, parameters }: Offer): Challenge | undefined {
  const realm = scheme === 'bearer' ? URL.parse(parameters.get('realm') ?? '') : null
  if (realm === null) return undefined
  return { kind: 'bearer', realm, service: parameters.get('service'), scope: parameters.get('scope') ?? '' }
}

// A name with a value, or a scheme; values are quoted with escapes, or run to the next comma or blank.
const piece = /[\s,]*(?<name>[^\s,="]+)(?:\s*=\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"?|(?<bare>[^\s,]*)))?/gy

/**
 * Every challenge in one header (RFC 9110 §11.6.1): several may be joined by commas, and commas stand inside quotes
 * too. Schemes and names of parameters come in lower case.
 */
function parseChallenges(header: string): readonly Offer[] {
  const offers: { scheme: string; parameters: Map<string, string> }[] = []
  for (const { groups = {} } of header.matchAll(piece)) {
    const name = (groups['name'] ?? '').toLowerCase()
    const value = groups['quoted']?.replace(/\\(.)/g, '$1') ?? groups['bare']
    if (value === undefined) offers.push({ scheme: name, parameters: new Map() })
    else offers.at(-1)?.parameters.set(name, value)
  }
  return offers
}
