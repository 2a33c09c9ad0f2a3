import { expect, it } from 'vitest'
import { imagePolicySpec } from '#core/api/image-policy.ts'
import type { Resource } from '#flow/ports.ts'
import { chooseObjects } from '#cli/choose.ts'

const policy = (namespace: string, name: string): Resource => ({
  group: 'tagboat.dev',
  apiVersion: 'tagboat.dev/v1',
  kind: 'ImagePolicy',
  metadata: { namespace, name, generation: 1, annotations: {}, labels: {} },
  spec: imagePolicySpec.parse({ imageRepositoryRef: { name: 'x' }, policy: { alphabetical: {} } }),
  status: undefined,
})

const all = [policy('apps', 'web'), policy('apps', 'api'), policy('infra', 'web')]

it.each([
  ['all without names', [], undefined, ['apps/web', 'apps/api', 'infra/web']],
  ['those of a namespace', [], 'infra', ['infra/web']],
  ['every one of a name', ['web'], undefined, ['apps/web', 'infra/web']],
  ['one by its full name', ['infra/web'], undefined, ['infra/web']],
  ['in the order of the files', ['api', 'apps/web'], undefined, ['apps/web', 'apps/api']],
])('chooses %s', (_what, names, namespace, expected) => {
  const chosen = chooseObjects(all, { kind: 'ImagePolicy', names, namespace })
  expect(chosen.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)).toEqual(expected)
})

it.each([
  [
    ['wb'],
    undefined,
    'no ImagePolicy is named "wb"; did you mean web?',
    'in the files given by -f: there are web, api, web',
  ],
  [
    ['apps/wep'],
    undefined,
    'no ImagePolicy is named "apps/wep"; did you mean apps/web?',
    'in the files given by -f: there are apps/web, apps/api, infra/web',
  ],
  [['api'], 'infra', 'no ImagePolicy is named "api"', 'in the files given by -f: there are web'],
  [['web'], 'nowhere', 'no ImagePolicy is named "web"', 'in the files given by -f: there is none'],
])('refuses %j in namespace %s', (names, namespace, message, hint) => {
  expect(() => chooseObjects(all, { kind: 'ImagePolicy', names, namespace })).toThrow(
    expect.objectContaining({ code: 'USAGE_INVALID', message, hint }),
  )
})
