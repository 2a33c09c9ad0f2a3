import type { GitRepositorySpec } from '#core/api/git-repository.ts'
import { specSchemas, type AnyResource, type ResourceKind } from '#core/api/kinds.ts'

/** The least that each kind must say. */
export const leastSpecs: { readonly [K in ResourceKind]: object } = {
  ImageRepository: { image: 'ghcr.io/acme/web', interval: '5m' },
  ImagePolicy: { imageRepositoryRef: { name: 'web' }, policy: { semver: { range: '^1' } } },
  ImageUpdateAutomation: { sourceRef: { name: 'config' }, interval: '5m' },
  GitRepository: { url: 'https://git.example.com/acme/config', interval: '1m' } satisfies Partial<GitRepositorySpec>,
}

/** A parsed object of a kind: the least spec with some fields more. */
export function example(kind: ResourceKind, fields: object = {}, metadata: object = {}): AnyResource {
  return {
    group: 'tagboat.dev',
    apiVersion: 'tagboat.dev/v1',
    kind,
    metadata: { namespace: 'apps', name: 'web', generation: 1, annotations: {}, labels: {}, ...metadata },
    spec: specSchemas[kind].parse({ ...leastSpecs[kind], ...fields }),
    status: undefined,
  } as AnyResource
}
