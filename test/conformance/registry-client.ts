import type { Clock, Log, RegistryClient, RegistrySource } from '#flow/ports.ts'
import type { SecretObject } from '#core/secret/secret-object.ts'
import { openRegistry } from '#io/registry/open.ts'
import type { Certificate } from '../fakes/certificate.ts'
import { configOf, secretOf, sourceOf as sourceOfImage, testClock, testLog } from '../io/registry/harness.ts'
import type { RegistryConfig } from '#io/registry/options.ts'

/** The client as the command line opens it, without credentials of the user; every sleep is over at once. */
export function openClient(
  options: { readonly clock?: Clock; readonly log?: Log; readonly config?: Partial<RegistryConfig> } = {},
): RegistryClient & AsyncDisposable {
  const { clock = testClock(Date.now()), log = testLog(), config = {} } = options
  return openRegistry({ clock, log, config: configOf(config), userAgent: 'tagboat/test' })
}

/** What a source may carry beside its image. */
export interface SourceParts extends Partial<RegistrySource> {
  /** PEM of an authority to trust. */
  readonly ca?: string
  /** What we introduce ourselves with. */
  readonly certificate?: Certificate
  /** Address of an HTTP proxy. */
  readonly proxy?: string
}

/** Where a repository is asked for; an empty host is Docker Hub. */
export function sourceOf(
  host: string,
  repository: string,
  { ca, certificate, proxy, ...extra }: SourceParts = {},
): RegistrySource {
  return sourceOfImage(host === '' ? repository : `${host}/${repository}`, {
    ...(ca === undefined ? {} : { certSecret: certSecret(ca, certificate) }),
    ...(proxy === undefined ? {} : { proxySecret: secretOf({ address: proxy }, 'proxy') }),
    ...extra,
  })
}

function certSecret(ca: string, certificate: Certificate | undefined): SecretObject {
  const own = certificate === undefined ? {} : { 'tls.crt': certificate.cert, 'tls.key': certificate.key }
  return secretOf({ 'ca.crt': ca, ...own }, 'cert')
}

/** One entry of a docker config. */
export type DockerAuth = Readonly<Record<string, string>>

/** A docker config Secret with logins by host. */
export function pullSecret(name: string, auths: Readonly<Record<string, DockerAuth>>): SecretObject {
  return secretOf({ '.dockerconfigjson': JSON.stringify({ auths }) }, name)
}
