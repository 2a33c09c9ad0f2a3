import type { Digest } from '#core/image/digest.ts'
import type { Tag } from '#core/image/reference.ts'
import type { RegistryClient, RegistrySource } from '#flow/ports.ts'
import { openFakeRegistry, type FakeRegistry, type FakeRegistryOptions } from '../fakes/registry.ts'
import { openClient, sourceOf } from './registry-client.ts'

const signal = new AbortController().signal
export const tags = Array.from({ length: 30 }, (_, position) => `1.${String(position).padStart(2, '0')}`)
/** Pages of ten, so that thirty tags are three pages. */
export const paged: FakeRegistryOptions = { lists: { pageSize: { max: 10, above: 'smaller' } } }

export type Act = (client: RegistryClient, source: RegistrySource) => Promise<unknown>

const list: Act = async (client, source) => (await client.listTags(source, signal)).tags
export const resolve: Act = async (client, source) => client.resolve(source, '1.00' as Tag, { fresh: true }, signal)
export const manifest: Act = async (client, source) => client.manifest(source, '1.00' as Tag, signal)
export const byDigest: Act = async (client, source) => {
  const found = await client.resolve(source, '1.00' as Tag, { fresh: true }, signal)
  return client.manifest(source, found?.digest as Digest, signal)
}
export const config: Act = async (client, source) => {
  const image = await client.manifest(source, '1.00' as Tag, signal)
  return image?.kind === 'image' ? client.blob(source, image.config, signal) : undefined
}

export interface Case {
  readonly name: string
  readonly options?: FakeRegistryOptions
  readonly arrange: (registry: FakeRegistry) => void
  /** Default: list the tags. */
  readonly act?: Act
}

export async function run({ options = paged, arrange, act = list }: Case) {
  await using registry = await openFakeRegistry(options)
  for (const tag of tags) await registry.pushImage({ repository: 'team/app', tag })
  arrange(registry)
  await using client = openClient()
  const source = sourceOf(registry.host, 'team/app')
  const outcome = await act(client, source).then(
    (value) => ({ value, error: undefined }),
    (error: unknown) => ({ value: undefined, error }),
  )
  return { ...outcome, count: registry.count.bind(registry), seen: [...registry.seen] }
}
