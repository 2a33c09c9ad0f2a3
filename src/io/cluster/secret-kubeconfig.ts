import { AppError, quoteOutside } from '#core/error.ts'
import { registerSecret } from '#core/secret/redact.ts'
import { Secret } from '#core/secret/secret.ts'
import { z } from '#core/schema.ts'
import { parseYamlValues } from '#core/yaml.ts'
import type { Access, Credentials } from './credentials.ts'

const cluster = z.strictObject({
  server: z.string(),
  'certificate-authority-data': z.string().exactOptional(),
  'tls-server-name': z.string().exactOptional(),
  extensions: z.unknown().exactOptional(),
})

const user = z.strictObject({
  token: z.string().exactOptional(),
  'client-certificate-data': z.string().exactOptional(),
  'client-key-data': z.string().exactOptional(),
  extensions: z.unknown().exactOptional(),
})

const context = z.strictObject({
  cluster: z.string(),
  user: z.string(),
  namespace: z.string().exactOptional(),
  extensions: z.unknown().exactOptional(),
})

const schema = z.strictObject({
  apiVersion: z.literal('v1').exactOptional(),
  kind: z.literal('Config').exactOptional(),
  preferences: z.unknown().exactOptional(),
  extensions: z.unknown().exactOptional(),
  'current-context': z.string().exactOptional(),
  clusters: z.array(z.strictObject({ name: z.string(), cluster })),
  users: z.array(z.strictObject({ name: z.string(), user })),
  contexts: z.array(z.strictObject({ name: z.string(), context })),
})

/**
 * A kubeconfig that came from a Secret, which a tenant may have written. Only what cannot hurt is read: an https
 * server, certificates and keys as data, a token. Whatever would run a program (`exec`, `auth-provider`), read a file
 * (`tokenFile`, `certificate-authority`, `client-certificate`, `client-key`), go elsewhere (`proxy-url`) or weaken TLS
 * (`insecure-skip-tls-verify`, http) is refused with `CLUSTER_KUBECONFIG_REFUSED`, as is everything that is not known,
 * in all clusters and users and not just the chosen one. `from` names the Secret and key; no value is ever shown.
 */
export function parseSecretKubeconfig(text: string, from: string, contextName?: string): Credentials {
  const { documents, problems } = parseYamlValues(text)
  if (problems.length > 0 || documents.length !== 1) throw refused(from, 'is not one YAML document')
  const parsed = schema.safeParse(documents[0]?.value)
  if (!parsed.success) throw refused(from, describe(parsed.error.issues[0]))
  const { clusters, users, contexts, 'current-context': current } = parsed.data
  const wanted = contextName ?? current ?? ''
  const place = find(contexts, wanted, { from, what: 'context' }).context
  const target = find(clusters, place.cluster, { from, what: 'cluster' }).cluster
  const identity = find(users, place.user, { from, what: 'user' }).user
  const access = accessOf(target, identity, from)
  return {
    server: serverIn(target.server, from),
    namespace: place.namespace ?? 'default',
    proxy: undefined,
    access: async () => access,
  }
}

function accessOf(target: z.infer<typeof cluster>, identity: z.infer<typeof user>, from: string): Access {
  const ca = pemIn(target, 'certificate-authority-data', from)
  const cert = pemIn(identity, 'client-certificate-data', from)
  const key = pemIn(identity, 'client-key-data', from)
  const servername = target['tls-server-name']
  const { token } = identity
  if ((cert === undefined) !== (key === undefined)) {
    throw refused(from, 'client-certificate-data and client-key-data belong together')
  }
  if (token !== undefined) registerSecret(token)
  return {
    headers: {},
    authorization: token === undefined ? undefined : new Secret(`Bearer ${token}`),
    tls: {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key: new Secret(key) }),
      ...(servername !== undefined && { servername }),
    },
  }
}

function pemIn(holder: Readonly<Record<string, unknown>>, field: string, from: string): string | undefined {
  const data = holder[field]
  if (typeof data !== 'string') return undefined
  const text = Buffer.from(data, 'base64').toString()
  if (!text.includes('-----BEGIN ')) throw refused(from, `${field}: is not PEM in base64`)
  return text
}

function serverIn(text: string, from: string): URL {
  const server = URL.canParse(text) ? new URL(text) : undefined
  if (server?.protocol !== 'https:' || server.username !== '' || server.password !== '') {
    throw refused(from, 'server: expected https://host without user and password')
  }
  return server
}

function find<Named extends { readonly name: string }>(
  among: readonly Named[],
  name: string,
  { from, what }: { readonly from: string; readonly what: string },
): Named {
  const found = among.find((one) => one.name === name)
  if (found === undefined) throw refused(from, `there is no ${what} of the name that is asked for`)
  return found
}

function describe(issue: z.core.$ZodIssue | undefined): string {
  const path = (issue?.path ?? []).map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('')
  const place = path.replace(/^\./, '')
  if (issue?.code === 'unrecognized_keys') {
    const name = `${place === '' ? '' : `${place}.`}${(issue.keys[0] ?? '').slice(0, 60)}`
    return `${name}: is not permitted in a kubeconfig from a Secret`
  }
  return `${place === '' ? 'the document' : place}: is missing or of the wrong type`
}

function refused(from: string, what: string): AppError {
  return new AppError('CLUSTER_KUBECONFIG_REFUSED', `${from}: ${quoteOutside(what)}`)
}
