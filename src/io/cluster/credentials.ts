import type { RemoteUrl } from '#core/secret/remote-url.ts'
import type { Secret } from '#core/secret/secret.ts'
import type { OriginTls } from '../http/origin.ts'

/** Who asks, and how the server is recognised: everything that may change while the process runs. */
export interface Access {
  readonly tls: OriginTls
  /** Whole value of the header `Authorization`. */
  readonly authorization: Secret | undefined
  /** Impersonation, if the kubeconfig asks for it. */
  readonly headers: Readonly<Record<string, string>>
}

/** A way to one API server as one identity. */
export interface Credentials {
  /** `https://host:port`, perhaps with a path in front of the API's. */
  readonly server: URL
  readonly namespace: string
  readonly proxy: RemoteUrl | undefined
  /** What holds now; asked again every minute and after a 401, so it reads files and tokens anew. */
  access(): Promise<Access>
}
