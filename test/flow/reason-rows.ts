import { AppError } from '#core/error.ts'
import { failing } from './memory-ports.ts'
import { made, type Row } from './rows.ts'

const stalled = (reason: string, message: string): readonly string[] => [
  `Ready=False ${reason}: ${message}`,
  `Stalled=True ${reason}: ${message}`,
]
const retrying = (reason: string, message: string): readonly string[] => [
  `Ready=False ${reason}: ${message}`,
  `Reconciling=True ProgressingWithRetry: ${message}`,
]

const limited = new AppError('REGISTRY_RATE_LIMITED', 'ghcr.io: asked for a pause of 30 s', {
  retry: { afterMs: 30_000 },
})
const refusing = (error: AppError): Pick<Row, 'registry'> => ({ registry: { listTags: failing(error) } })

/** Every reason of an ImageRepository. */
export const repositoryRows: Readonly<Record<string, Row>> = {
  'a scan': {
    tags: ['1.0.0', '1.1.0'],
    says: ['Ready=True Succeeded: successful scan: found 2 tags with checksum sha256:HASH'],
  },
  'a Secret that does not exist': {
    spec: { secretRef: { name: 'key' } },
    says: retrying(
      'AuthenticationFailed',
      'failed to configure authentication options: spec.secretRef: Secret apps/key does not exist',
    ),
  },
  'a login that is refused': {
    ...refusing(new AppError('REGISTRY_AUTH_FAILED', 'ghcr.io: 401')),
    says: retrying('AuthenticationFailed', 'failed to configure authentication options: ghcr.io: 401'),
  },
  'a registry that does not answer': {
    ...refusing(new AppError('REGISTRY_UNAVAILABLE', 'ghcr.io: no answer')),
    says: retrying('ReadOperationFailed', 'scan failed: ghcr.io: no answer'),
  },
  'a registry that wants to be left alone': {
    ...refusing(limited),
    says: retrying('RateLimited', 'scan failed: ghcr.io: too many requests; none is sent before 2026-01-01T00:01:00Z'),
  },
  'more tags than are read': {
    ...refusing(new AppError('REGISTRY_BUDGET_EXCEEDED', '200001 tags')),
    says: retrying('TagBudgetExceeded', 'scan failed: 200001 tags'),
  },
  'a scheme in the name': {
    spec: { image: 'https://ghcr.io/acme/web' },
    says: stalled(
      'ImageURLInvalid',
      `image 'https://ghcr.io/acme/web' should not include URL scheme; remove 'https://'`,
    ),
  },
  'a tag in the name': {
    spec: { image: 'ghcr.io/acme/web:1' },
    says: stalled('ImageURLInvalid', `image 'ghcr.io/acme/web:1' should not include a tag; remove ':1'`),
  },
  'a host that is refused': {
    ...refusing(new AppError('REGISTRY_HOST_REFUSED', '169.254.169.254 is not connected to')),
    says: stalled('ImageURLInvalid', '169.254.169.254 is not connected to'),
  },
  'an account for a login that is switched off': {
    spec: { provider: 'aws', serviceAccountName: 'scanner' },
    says: stalled(
      'FeatureGateDisabled',
      'to use spec.serviceAccountName for provider authentication please enable the ObjectLevelWorkloadIdentity feature gate in the controller',
    ),
  },
  'an expression that is none': {
    spec: { exclusionList: ['('] },
    says: stalled('ExclusionListInvalid', 'failed to compile regex (: error parsing regexp: missing closing ): `(`'),
  },
}

const scanned = (spec: object = {}) => [made('ImageRepository', spec)]
const ranged = { policy: { semver: { range: '^1' } } }

/** Every reason of an ImagePolicy. */
export const policyRows: Readonly<Record<string, Row>> = {
  'an election': {
    beside: scanned(),
    says: ['Ready=True Succeeded: Latest image tag for ghcr.io/acme/web resolved to 1.0.0'],
  },
  'an election with its digest': {
    beside: scanned(),
    spec: { ...ranged, digestReflectionPolicy: 'IfNotPresent' },
    says: [
      `Ready=True Succeeded: Latest image tag for ghcr.io/acme/web resolved to 1.0.0 with digest sha256:${'d'.repeat(64)}`.replace(
        'd'.repeat(64),
        'HASH',
      ),
    ],
  },
  'a repository that does not exist': {
    says: retrying(
      'DependencyNotReady',
      'failed to get the referred ImageRepository: referenced ImageRepository does not exist',
    ),
  },
  'a repository of another namespace': {
    spec: { imageRepositoryRef: { name: 'web', namespace: 'other' } },
    says: retrying(
      'AccessDenied',
      `failed to get the referred ImageRepository: access denied: 'other/web' can't be accessed due to missing ACL labels on 'accessFrom'`,
    ),
  },
  'a repository of another namespace, which is blocked': {
    spec: { imageRepositoryRef: { name: 'web', namespace: 'other' } },
    settings: { crossNamespaceRefs: false },
    says: retrying(
      'AccessDenied',
      `failed to get the referred ImageRepository: cannot access 'ImageRepository/other/web', cross-namespace references have been blocked`,
    ),
  },
  'a repository without a scan': {
    beside: scanned(),
    ...refusing(new AppError('REGISTRY_UNAVAILABLE', 'no answer')),
    says: ['Ready=False DependencyNotReady: ImageRepository apps/web has no accepted scan yet'],
  },
  'a repository whose Secret is gone': {
    beside: scanned({ secretRef: { name: 'key' } }),
    says: retrying(
      'DependencyNotReady',
      'failed to get the tags of ImageRepository apps/web: spec.secretRef: Secret apps/key does not exist',
    ),
  },
  'no tag that fits': {
    beside: scanned(),
    tags: ['2.0.0', 'x'],
    says: [
      'Ready=False NoMatchingTag: no tag of ghcr.io/acme/web satisfies semver ^1: 2 tags, 2 after filterTags, 2 rejected',
    ],
  },
  'a tag that is no number': {
    beside: scanned(),
    tags: ['1', 'x'],
    spec: { policy: { numerical: {} } },
    says: [`Ready=False InvalidNumber: failed to parse invalid numeric value 'x'`],
  },
  'a digest that cannot be had': {
    beside: scanned(),
    spec: { ...ranged, digestReflectionPolicy: 'IfNotPresent' },
    registry: { resolve: failing(new AppError('REGISTRY_UNAVAILABLE', 'ghcr.io: no answer')) },
    says: retrying('Failed', 'failed fetching digest of ghcr.io/acme/web:1.0.0: ghcr.io: no answer'),
  },
  'a digest that does not exist': {
    beside: scanned(),
    spec: { ...ranged, digestReflectionPolicy: 'IfNotPresent' },
    registry: { resolve: async () => undefined },
    says: retrying('Failed', 'failed fetching digest of ghcr.io/acme/web:1.0.0: the registry has no such manifest'),
  },
  'a range that is none': {
    beside: scanned(),
    spec: { policy: { semver: { range: 'latest' } } },
    says: stalled('InvalidPolicy', 'invalid policy: improper constraint: "latest"'),
  },
  'a name of an image that is none': {
    beside: scanned({ image: 'ghcr.io/acme/web:1' }),
    says: stalled('ImageURLInvalid', `image 'ghcr.io/acme/web:1' should not include a tag; remove ':1'`),
  },
}

const author = { email: 'bot@example.com' }
const onMain = { checkout: { ref: { branch: 'main' } }, commit: { author } }
const spec = { sourceRef: { name: 'config' }, git: onMain }
const committing = (commit: object) => ({ ...spec, git: { ...onMain, commit: { author, ...commit } } })
const config = (fields: object = {}) => [made('GitRepository', fields)]
const elected = [...config(), ...scanned(), made('ImagePolicy')]
const files = { 'a.yaml': 'image: ghcr.io/acme/web:0.9.0 # {"$imagepolicy": "apps:web"}\n' }
const git = (code: 'GIT_AUTH_FAILED' | 'GIT_PATH_MISSING' | 'GIT_SIGNING_KEY_INVALID', text: string) =>
  failing(new AppError(code, text))

/** Every reason of an ImageUpdateAutomation. */
export const automationRows: Readonly<Record<string, Row>> = {
  'a push': { beside: elected, spec, files, says: ['Ready=True Succeeded: repository up-to-date'] },
  'two policies by one name': {
    beside: [...elected, { ...made('ImagePolicy'), group: 'image.toolkit.fluxcd.io' }],
    spec,
    files,
    says: [
      'Ready=True Succeeded: repository up-to-date',
      'SpecWarning=True DuplicatePolicyName: two groups have an ImagePolicy apps/web; the one of tagboat.dev is used',
    ],
  },
  'nothing to do': { beside: config(), spec, says: ['Ready=True Succeeded: repository up-to-date'] },
  'no source': {
    spec,
    says: retrying(
      'SourceManagerFailed',
      `failed configuring source manager: referenced git repository 'apps/config' does not exist`,
    ),
  },
  'a source whose Secret does not exist': {
    beside: config({ secretRef: { name: 'key' } }),
    spec,
    says: retrying(
      'SourceManagerFailed',
      'failed configuring source manager: GitRepository apps/config: spec.secretRef: Secret apps/key does not exist',
    ),
  },
  'a source of another namespace, which is blocked': {
    spec: { ...spec, sourceRef: { name: 'config', namespace: 'other' } },
    settings: { crossNamespaceRefs: false },
    says: stalled(
      'AccessDenied',
      `can't access 'GitRepository/other/config', cross-namespace references have been blocked`,
    ),
  },
  'a login of a provider that is not supported': {
    beside: config({ provider: 'azure' }),
    spec,
    says: stalled(
      'InvalidSourceConfiguration',
      'failed configuring source manager: spec.provider: login to Git by azure is not supported yet',
    ),
  },
  'no settings for Git': {
    beside: config(),
    says: stalled('InvalidSourceConfiguration', `source kind 'GitRepository' necessitates field .spec.git`),
  },
  'no branch to push to': {
    beside: config(),
    spec: { ...spec, git: { checkout: { ref: { tag: 'v1' } }, commit: { author } } },
    says: stalled(
      'InvalidSourceConfiguration',
      'push spec not provided, and cannot be inferred from .spec.git.checkout.ref or GitRepository .spec.ref',
    ),
  },
  'a range of tags that is none': {
    beside: config(),
    spec: { ...spec, git: { ...onMain, checkout: { ref: { semver: 'latest' } }, push: { branch: 'main' } } },
    says: stalled('InvalidSourceConfiguration', 'failed to checkout source: ref.semver: improper constraint: "latest"'),
  },
  'a repository that cannot be read': {
    beside: config(),
    spec,
    git: { remoteRefs: git('GIT_AUTH_FAILED', 'looking at https://git.example.com: refused') },
    says: retrying('GitOperationFailed', 'failed to checkout source: looking at https://git.example.com: refused'),
  },
  'a repository without a commit': {
    beside: config(),
    spec,
    git: { remoteRefs: async () => ({ refs: new Map(), head: undefined }) },
    says: retrying('GitOperationFailed', 'failed to checkout source: the repository has no commit yet'),
  },
  'a path that does not exist': {
    beside: config(),
    spec,
    git: { files: git('GIT_PATH_MISSING', 'there is no apps/ at main@sha1:1') },
    says: retrying('UpdateFailed', 'failed to apply policies: there is no apps/ at main@sha1:1'),
  },
  'a push that is refused': {
    beside: elected,
    spec,
    files,
    git: { push: async () => ({ kind: 'refused', text: 'main is frozen' }) },
    says: retrying('GitOperationFailed', 'failed to update source: the server refused the push: main is frozen'),
  },
  'a push that fails': {
    beside: elected,
    spec,
    files,
    git: { push: git('GIT_AUTH_FAILED', 'push to https://git.example.com: refused') },
    says: retrying('GitOperationFailed', 'failed to update source: push to https://git.example.com: refused'),
  },
  'a signing key that does not exist': {
    beside: config(),
    spec: committing({ signingKey: { secretRef: { name: 'key' } } }),
    says: retrying('SourceManagerFailed', `failed configuring source manager: could not find signing key secret 'key'`),
  },
  'a message template that is none': {
    beside: config(),
    spec: committing({ messageTemplate: '{{ now }}' }),
    says: stalled(
      'InvalidTemplate',
      'unable to create commit message template from spec: template: commit message:1: function "now" not defined',
    ),
  },
  'a field of a message template that Flux removed': {
    beside: config(),
    spec: committing({ messageTemplate: '{{ .Updated }}' }),
    says: stalled('RemovedTemplateField', "template uses removed '.Updated' field. Please use '.Changed' instead."),
  },
  'a signing key that is none': {
    beside: elected,
    spec,
    files,
    git: { commit: git('GIT_SIGNING_KEY_INVALID', 'no private key') },
    says: stalled('InvalidSigningKey', 'no private key'),
  },
  'a path that leads out': {
    beside: config(),
    spec: { ...spec, update: { path: '../x' } },
    says: stalled('InvalidPath', 'spec.update.path: ".." is not allowed in it: "../x"'),
  },
}
