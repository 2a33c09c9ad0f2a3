import type { ResourceKind } from '#core/api/kinds.ts'
import { parseYamlValues } from '#core/yaml.ts'
import type { Family } from '../../deploy/crd-names.ts'
import { examples } from '../../deploy/examples.ts'

export type Spec = Readonly<Record<string, unknown>>

/** The spec of a kind's example. */
export function specOf(kind: ResourceKind): Spec {
  const value = parseYamlValues(examples[kind]).documents[0]?.value as { spec: Spec } | undefined
  return value?.spec ?? {}
}

const repository = specOf('ImageRepository')
const policy = specOf('ImagePolicy')
const source = specOf('GitRepository')
const automation = specOf('ImageUpdateAutomation')
const access = { accessFrom: { namespaceSelectors: [{}] } }

/** A spec that must be refused, and by which words. */
export interface Refused {
  readonly kind: ResourceKind
  readonly what: string
  readonly spec: Spec
  readonly message: string
  /** Default: in both families of groups. */
  readonly only?: Family
}

export const refused: readonly Refused[] = [
  {
    kind: 'ImageRepository',
    what: 'no duration',
    spec: { ...repository, interval: '5 min' },
    message: 'spec.interval: Invalid value: "5 min"',
  },
  {
    kind: 'ImageRepository',
    what: 'hours in a timeout',
    spec: { ...repository, timeout: '1h' },
    message: 'spec.timeout: Invalid value: "1h"',
  },
  {
    kind: 'ImageRepository',
    what: 'an empty image',
    spec: { ...repository, image: '' },
    message: 'spec.image: Invalid value',
  },
  {
    kind: 'ImageRepository',
    what: 'a number for a text',
    spec: { ...repository, image: 5 },
    message: 'spec.image: Invalid value',
  },
  {
    kind: 'ImageRepository',
    what: 'too many exclusions',
    spec: { ...repository, exclusionList: Array.from({ length: 26 }, String) },
    message: 'spec.exclusionList: Too many: 26: must have at most 25 items',
  },
  {
    kind: 'ImageRepository',
    what: 'an unknown provider',
    spec: { ...repository, provider: 'acme' },
    message: 'spec.provider: Unsupported value: "acme"',
  },
  {
    kind: 'ImageRepository',
    what: 'a reference without a name',
    spec: { ...repository, secretRef: {} },
    message: 'spec.secretRef.name: Required value',
  },
  {
    kind: 'ImageRepository',
    what: 'an access rule without selectors',
    spec: { ...repository, accessFrom: {} },
    message: 'spec.accessFrom.namespaceSelectors: Required value',
  },
  {
    kind: 'ImageRepository',
    what: 'an unknown sender of webhooks',
    spec: { ...repository, webhook: { type: 'acme', secretRef: { name: 'a' } } },
    message: 'spec.webhook.type: Unsupported value: "acme"',
    only: 'tagboat',
  },
  {
    kind: 'ImagePolicy',
    what: 'no policy',
    spec: { ...policy, policy: {} },
    message: 'expected exactly one of semver, alphabetical, numerical, calver, newest',
    only: 'tagboat',
  },
  {
    kind: 'ImagePolicy',
    what: 'two policies',
    spec: { ...policy, policy: { semver: { range: '^1' }, numerical: { order: 'asc' } } },
    message: 'expected exactly one of semver',
    only: 'tagboat',
  },
  {
    kind: 'ImagePolicy',
    what: 'a range that is missing',
    spec: { ...policy, policy: { semver: {} } },
    message: 'spec.policy.semver.range: Required value',
  },
  {
    kind: 'ImagePolicy',
    what: 'an interval without Always',
    spec: { ...policy, interval: '5m' },
    message: "spec.interval is only accepted when spec.digestReflectionPolicy is set to 'Always'",
  },
  {
    kind: 'ImagePolicy',
    what: 'Always without an interval',
    spec: { ...policy, digestReflectionPolicy: 'Always' },
    message: "spec.interval must be set when spec.digestReflectionPolicy is set to 'Always'",
  },
  {
    kind: 'ImagePolicy',
    what: 'an unknown order',
    spec: { ...policy, policy: { numerical: { order: 'up' } } },
    message: 'spec.policy.numerical.order: Unsupported value: "up"',
  },
  {
    kind: 'ImagePolicy',
    what: 'an unknown consent to go down',
    spec: { ...policy, allowDowngrade: 'Always' },
    message: 'spec.allowDowngrade: Unsupported value: "Always"',
    only: 'tagboat',
  },
  {
    kind: 'GitRepository',
    what: 'an account without a cloud',
    spec: { ...source, serviceAccountName: 'a' },
    message: "serviceAccountName can only be set when provider is 'azure' or 'aws'",
  },
  {
    kind: 'GitRepository',
    what: 'an App without its Secret',
    spec: { ...source, provider: 'github' },
    message: "spec.secretRef must be set when spec.provider is 'github'",
    only: 'tagboat',
  },
  {
    kind: 'GitRepository',
    what: 'an address of another kind',
    spec: { ...source, url: 'git@github.com:a/b' },
    message: 'spec.url: Invalid value',
  },
  {
    kind: 'ImageUpdateAutomation',
    what: 'another strategy',
    spec: { ...automation, update: { strategy: 'Guess' } },
    message: 'spec.update.strategy: Unsupported value: "Guess"',
  },
  {
    kind: 'ImageUpdateAutomation',
    what: 'a source without a name',
    spec: { ...automation, sourceRef: { kind: 'GitRepository' } },
    message: 'spec.sourceRef.name: Required value',
  },
  {
    kind: 'ImageUpdateAutomation',
    what: 'a source of another kind',
    spec: { ...automation, sourceRef: { kind: 'Bucket', name: 'a' } },
    message: 'spec.sourceRef.kind: Unsupported value: "Bucket"',
  },
  {
    kind: 'ImageUpdateAutomation',
    what: 'commits without an author',
    spec: { ...automation, git: { commit: {} } },
    message: 'spec.git.commit.author: Required value',
  },
]

/** What a server makes of a spec, as far as it adds to it: in our group, and in Flux's. */
export const completed: readonly {
  readonly kind: ResourceKind
  readonly spec: Spec
  readonly tagboat: Spec
  readonly flux: Spec
}[] = [
  {
    kind: 'ImageRepository',
    spec: repository,
    tagboat: { exclusionList: ['^.*\\.sig$'], provider: 'generic' },
    flux: { exclusionList: ['^.*\\.sig$'], provider: 'generic' },
  },
  {
    kind: 'ImageRepository',
    spec: { ...repository, ...access, provider: 'generic', exclusionList: [] },
    tagboat: { accessFrom: { namespaceSelectors: [{ matchLabels: {} }] } },
    flux: {},
  },
  {
    kind: 'ImagePolicy',
    spec: policy,
    tagboat: { digestReflectionPolicy: 'Never', allowDowngrade: 'Never' },
    flux: { digestReflectionPolicy: 'Never' },
  },
  {
    kind: 'ImagePolicy',
    spec: { ...policy, digestReflectionPolicy: 'IfNotPresent', policy: { numerical: {} } },
    tagboat: { policy: { numerical: { order: 'asc', onInvalid: 'Fail' } }, allowDowngrade: 'Never' },
    flux: { policy: { numerical: { order: 'asc' } } },
  },
  {
    kind: 'ImagePolicy',
    spec: { ...policy, digestReflectionPolicy: 'IfNotPresent', filterTags: {} },
    tagboat: { filterTags: { pattern: '', extract: '' }, allowDowngrade: 'Never' },
    flux: {},
  },
  {
    kind: 'GitRepository',
    spec: { ...source, verify: { secretRef: { name: 'keys' } } },
    tagboat: { timeout: '60s', provider: 'generic', verify: { mode: 'HEAD', secretRef: { name: 'keys' } } },
    flux: { timeout: '60s', provider: 'generic', verify: { mode: 'HEAD', secretRef: { name: 'keys' } } },
  },
  {
    kind: 'ImageUpdateAutomation',
    spec: { interval: '5m', sourceRef: { name: 'config' } },
    tagboat: {
      sourceRef: { kind: 'GitRepository', name: 'config' },
      update: { strategy: 'Setters', path: '', paths: [], targets: [] },
    },
    flux: { sourceRef: { kind: 'GitRepository', name: 'config' }, update: { strategy: 'Setters' } },
  },
]

/** Fields of ours, which Flux's groups take in an annotation only. */
export const ownFields: Readonly<Record<ResourceKind, Spec>> = {
  ImageRepository: { scanFrom: 'mirror.example.com/web', webhook: { type: 'generic', secretRef: { name: 'a' } } },
  ImagePolicy: { platforms: ['linux/amd64'], allowDowngrade: 'WhenTagRemoved', ...access },
  GitRepository: { ...access, webhook: { type: 'github', secretRef: { name: 'a' } } },
  ImageUpdateAutomation: { policyNamespaces: ['apps'] },
}
