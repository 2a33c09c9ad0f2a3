import { expect, it } from 'vitest'
import { parseLive } from '#core/api/live.ts'
import { keyText } from '#core/api/object-ref.ts'
import { usesOf } from '#core/api/uses.ts'

const flux = { image: 'image.toolkit.fluxcd.io/v1', source: 'source.toolkit.fluxcd.io/v1' }
const policySpec = { policy: { semver: { range: '*' } } }
const author = { email: 'bot@acme.org' }

const cases = [
  {
    title: 'a policy refers to a repository of its family first',
    object: { kind: 'ImagePolicy', spec: { ...policySpec, imageRepositoryRef: { name: 'web' } } },
    objects: ['tagboat.dev/ImageRepository/apps/web', 'image.toolkit.fluxcd.io/ImageRepository/apps/web'],
  },
  {
    title: 'a policy of Flux',
    object: {
      apiVersion: flux.image,
      kind: 'ImagePolicy',
      spec: { ...policySpec, imageRepositoryRef: { name: 'web', namespace: 'infra' } },
    },
    objects: ['image.toolkit.fluxcd.io/ImageRepository/infra/web', 'tagboat.dev/ImageRepository/infra/web'],
  },
  {
    title: 'an automation names the group of its source, and a key',
    object: {
      kind: 'ImageUpdateAutomation',
      spec: {
        interval: '5m',
        sourceRef: { apiVersion: flux.source, kind: 'GitRepository', name: 'config' },
        git: { commit: { author, signingKey: { secretRef: { name: 'key' } } } },
      },
    },
    objects: ['source.toolkit.fluxcd.io/GitRepository/apps/config'],
    secrets: ['key'],
  },
  {
    title: 'an automation without git',
    object: { kind: 'ImageUpdateAutomation', spec: { interval: '5m', sourceRef: { name: 'config' } } },
    objects: ['tagboat.dev/GitRepository/apps/config', 'source.toolkit.fluxcd.io/GitRepository/apps/config'],
  },
  {
    title: 'a repository names Secrets, one of them twice',
    object: {
      kind: 'ImageRepository',
      spec: {
        image: 'ghcr.io/acme/web',
        interval: '5m',
        secretRef: { name: 'a' },
        certSecretRef: { name: 'b' },
        proxySecretRef: { name: 'a' },
        webhook: { type: 'github', secretRef: { name: 'hook' } },
      },
    },
    secrets: ['a', 'b', 'hook'],
  },
  {
    title: 'a source',
    object: {
      kind: 'GitRepository',
      spec: { url: 'https://git.acme.org/x', interval: '5m', secretRef: { name: 'a' }, proxySecretRef: { name: 'p' } },
    },
    secrets: ['a', 'p'],
  },
]

it.each(cases)('$title', ({ object, objects = [], secrets = [] }) => {
  const parsed = parseLive({ apiVersion: 'tagboat.dev/v1', ...object, metadata: { name: 'web', namespace: 'apps' } })
  if (parsed.is !== 'resource') throw new Error(JSON.stringify(parsed))
  const uses = usesOf(parsed.resource)
  expect({ objects: uses.objects.map(keyText), secrets: uses.secrets }).toEqual({ objects, secrets })
})
