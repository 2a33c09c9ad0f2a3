import { AppError } from '#core/error.ts'
import { secretData, type SecretObject } from '#core/secret/secret-object.ts'
import type { FileObject } from './documents.ts'

type Json = Readonly<Record<string, unknown>>

/** Makes one text out of a Secret's content, under a key that only this process has. */
export type Fingerprint = (content: string) => string

/**
 * Secrets, ServiceAccounts and Namespaces that stand beside the resources. They may belong to anybody, so nothing
 * about them is wrong before a resource needs it: bad ones fail when they are asked for.
 */
export class Companions {
  readonly #objects = new Map<string, FileObject[]>()
  readonly #fingerprint: Fingerprint

  constructor(fingerprint: Fingerprint) {
    this.#fingerprint = fingerprint
  }

  /** Keeps an object if it is one of those kinds; false: it is not. */
  add(object: FileObject): boolean {
    const { apiVersion, kind } = object.value
    if (apiVersion !== 'v1' || typeof kind !== 'string' || !kinds.includes(kind)) return false
    const metadata = asObject(object.value['metadata'])
    const namespace = kind === 'Namespace' ? '' : (asText(metadata['namespace']) ?? 'default')
    const key = `${kind}/${namespace}/${asText(metadata['name']) ?? ''}`
    this.#objects.set(key, [...(this.#objects.get(key) ?? []), object])
    return true
  }

  /** A Secret by name; undefined if there is none, or only one that is encrypted. `RESOURCE_SECRET_INVALID`. */
  secret(namespace: string, name: string): SecretObject | undefined {
    const object = this.#one('Secret', namespace, name)
    if (object === undefined || isEncrypted(object)) return undefined
    const data = readData(object, `Secret ${namespace}/${name}`)
    const type = asText(object.value['type']) ?? 'Opaque'
    const uid = asText(asObject(object.value['metadata'])['uid'])
    const content = JSON.stringify([type, ...[...data].toSorted(([a], [b]) => (a < b ? -1 : 1))])
    return {
      namespace,
      name,
      type,
      resourceVersion: this.#fingerprint(content),
      data: secretData(data),
      ...(uid === undefined ? {} : { uid }),
    }
  }

  /** Names in `imagePullSecrets` of a ServiceAccount; undefined if there is no such account. */
  pullSecrets(namespace: string, account: string): readonly string[] | undefined {
    const object = this.#one('ServiceAccount', namespace, account)
    if (object === undefined) return undefined
    const listed = object.value['imagePullSecrets']
    const names = (Array.isArray(listed) ? listed : []).map((one: unknown) => asText(asObject(one)['name']))
    return names.filter((name) => name !== undefined)
  }

  /** Labels of a Namespace, with the one that the API server adds; of several objects all labels count. */
  namespaceLabels(namespace: string): Readonly<Record<string, string>> {
    const objects = this.#objects.get(`Namespace//${namespace}`) ?? []
    const labels = objects.flatMap(({ value }) => Object.entries(asObject(asObject(value['metadata'])['labels'])))
    const texts = labels.filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    return Object.fromEntries([...texts, ['kubernetes.io/metadata.name', namespace]])
  }

  /** Secrets that are there but encrypted, which look like missing ones. */
  encrypted(): readonly FileObject[] {
    return [...this.#objects.values()].flat().filter(isEncrypted)
  }

  #one(kind: string, namespace: string, name: string): FileObject | undefined {
    const [first, second] = this.#objects.get(`${kind}/${namespace}/${name}`) ?? []
    if (first === undefined || second === undefined) return first
    throw new AppError(
      'RESOURCE_SECRET_INVALID',
      `${place(second)}: ${kind} ${namespace}/${name} is given twice, first at ${place(first)}`,
      { hint: 'remove one of them' },
    )
  }
}

const kinds = ['Secret', 'ServiceAccount', 'Namespace']

/** SOPS leaves its mark beside the data. */
function isEncrypted({ value }: FileObject): boolean {
  return value['kind'] === 'Secret' && value['sops'] !== undefined
}

/** Decoded values by key; `stringData` goes over `data`, as the API server merges them. */
function readData(object: FileObject, label: string): ReadonlyMap<string, string> {
  const data = new Map<string, string>()
  const fail = (field: string, key: string, expected: string): never => {
    const at = `${object.file}:${object.lineAt([field, key])}`
    // The value may be the secret itself, so it is not quoted.
    throw new AppError('RESOURCE_SECRET_INVALID', `${at}: ${label}: ${field}.${key}: expected ${expected}`)
  }
  for (const [key, value] of Object.entries(asObject(object.value['data']))) {
    const text = typeof value === 'string' ? decode(value) : value === null ? '' : undefined
    data.set(key, text ?? fail('data', key, 'base64'))
  }
  for (const [key, value] of Object.entries(asObject(object.value['stringData']))) {
    data.set(key, value === null ? '' : (asText(value) ?? fail('stringData', key, 'a text; put it in quotes')))
  }
  return data
}

/** Base64 by RFC 4648 with its padding; line breaks are ignored, as Go does. */
function decode(text: string): string | undefined {
  const digits = text.replaceAll(/[\r\n]/g, '')
  const isBase64 = digits.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(digits)
  return isBase64 ? Buffer.from(digits, 'base64').toString('utf8') : undefined
}

function place(object: FileObject): string {
  return `${object.file}:${object.lineAt([])}`
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function asObject(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}
