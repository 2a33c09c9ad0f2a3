import { describe, expect, it } from 'vitest'
import { parseResource } from '#core/api/parse.ts'
import { printProblem } from '#core/api/problem.ts'
import { parseYamlValues } from '#core/yaml.ts'

/** Reads the first document of a text as the file `a.yaml` would be read. */
function read(text: string) {
  const [document] = parseYamlValues(text).documents
  if (document === undefined) throw new Error('no document')
  return parseResource(document.value, { file: 'a.yaml', lineAt: (path) => document.lineAt(path) })
}

function problems(text: string): readonly string[] {
  const parsed = read(text)
  return parsed.is === 'invalid' ? parsed.problems.map(printProblem) : [`is ${parsed.is}`]
}

const policy = (spec: string, annotations = '') => `apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata:
  name: web
  namespace: apps
${annotations}spec:
  imageRepositoryRef: {name: web}
${spec}`

const tagboat = (kind: string, spec: string) => `apiVersion: tagboat.dev/v1
kind: ${kind}
metadata: {name: web}
spec:
${spec}`

describe('parseResource', () => {
  const bad: readonly [string, string, readonly string[]][] = [
    [
      'unknown field with a near name',
      policy('  policy:\n    semver:\n      rnge: ^1\n'),
      [
        'a.yaml:9: ImagePolicy apps/web: spec.policy.semver.range: is required',
        'a.yaml:10: ImagePolicy apps/web: spec.policy.semver.rnge: unknown field; did you mean range?',
      ],
    ],
    [
      'unknown field without a near name',
      policy('  policy: {alphabetical: {}}\n  zzz: 1\n'),
      ['a.yaml:9: ImagePolicy apps/web: spec.zzz: unknown field'],
    ],
    [
      'unknown policy',
      policy('  policy: {semversion: {range: ^1}}\n'),
      ['a.yaml:8: ImagePolicy apps/web: spec.policy.semversion: unknown field; did you mean semver?'],
    ],
    [
      'two policies in one',
      policy('  policy:\n    semver: {range: ^1}\n    numerical: {order: asc}\n'),
      [
        'a.yaml:8: ImagePolicy apps/web: spec.policy: expected exactly one of semver, alphabetical, numerical, calver, newest',
      ],
    ],
    [
      'no policy',
      policy('  policy: {}\n'),
      [
        'a.yaml:8: ImagePolicy apps/web: spec.policy: expected exactly one of semver, alphabetical, numerical, calver, newest',
      ],
    ],
    ['policy forgotten', policy(''), ['a.yaml:6: ImagePolicy apps/web: spec.policy: is required']],
    [
      'policy of null',
      policy('  policy:\n    alphabetical:\n'),
      [
        'a.yaml:8: ImagePolicy apps/web: spec.policy: expected exactly one of semver, alphabetical, numerical, calver, newest',
      ],
    ],
    [
      'a value outside the list',
      policy('  policy: {numerical: {order: ascc}}\n'),
      [
        'a.yaml:8: ImagePolicy apps/web: spec.policy.numerical.order: expected one of asc, desc, got "ascc"; did you mean asc?',
      ],
    ],
    [
      'number where a text belongs',
      policy('  policy: {semver: {range: 1.10}}\n'),
      ['a.yaml:8: ImagePolicy apps/web: spec.policy.semver.range: expected a text, got 1.1; put it in quotes'],
    ],
    [
      'interval without Always',
      policy('  policy: {alphabetical: {}}\n  interval: 5m\n'),
      [
        "a.yaml:9: ImagePolicy apps/web: spec.interval is only accepted when spec.digestReflectionPolicy is set to 'Always'",
      ],
    ],
    [
      'Always without interval',
      policy('  policy: {alphabetical: {}}\n  digestReflectionPolicy: Always\n'),
      [
        "a.yaml:9: ImagePolicy apps/web: spec.digestReflectionPolicy: spec.interval must be set when spec.digestReflectionPolicy is set to 'Always'",
      ],
    ],
    [
      'bad regex, in words of Go',
      policy('  policy: {alphabetical: {}}\n  filterTags:\n    pattern: "[="\n'),
      [
        'a.yaml:10: ImagePolicy apps/web: spec.filterTags.pattern: invalid regular expression: error parsing regexp: missing closing ]: `[=`',
      ],
    ],
    [
      'look-around',
      policy('  policy: {alphabetical: {}}\n  filterTags: {pattern: "(?!x)"}\n'),
      [
        'a.yaml:9: ImagePolicy apps/web: spec.filterTags.pattern: invalid regular expression: error parsing regexp: invalid or unsupported Perl syntax: `(?!`',
      ],
    ],
    [
      'bad durations',
      tagboat('ImageRepository', '  image: alpine\n  interval: 5 min\n  timeout: 1h\n'),
      [
        'a.yaml:6: ImageRepository default/web: spec.interval: expected a duration such as 30s, 5m or 1h30m, got "5 min"',
        'a.yaml:7: ImageRepository default/web: spec.timeout: expected a duration such as 30s or 5m (no hours), got "1h"',
      ],
    ],
    [
      'image with a tag',
      tagboat('ImageRepository', '  image: alpine:3.19\n  interval: 5m\n'),
      [
        "a.yaml:5: ImageRepository default/web: spec.image: image 'alpine:3.19' should not include a tag; remove ':3.19'",
      ],
    ],
    [
      'image with a scheme',
      tagboat('ImageRepository', '  image: https://ghcr.io/a\n  interval: 5m\n'),
      [
        "a.yaml:5: ImageRepository default/web: spec.image: image 'https://ghcr.io/a' should not include URL scheme; remove 'https://'",
      ],
    ],
    [
      'many things at once',
      tagboat('ImageRepository', '  suspend: "yes"\n  exclusionList: x\n  accessFrom: []\n'),
      [
        'a.yaml:4: ImageRepository default/web: spec.image: is required',
        'a.yaml:4: ImageRepository default/web: spec.interval: is required',
        'a.yaml:5: ImageRepository default/web: spec.suspend: expected true or false, got "yes"',
        'a.yaml:7: ImageRepository default/web: spec.accessFrom: expected a mapping, got a list',
        'a.yaml:6: ImageRepository default/web: spec.exclusionList: expected a list, got "x"',
      ],
    ],
    [
      'too many exclusions',
      tagboat('ImageRepository', `  image: a\n  interval: 5m\n  exclusionList: [${'a,'.repeat(26)}]\n`),
      ['a.yaml:7: ImageRepository default/web: spec.exclusionList: expected at most 25 items, got 26'],
    ],
    [
      'the fourth exclusion',
      tagboat('ImageRepository', '  image: a\n  interval: 5m\n  exclusionList:\n  - a\n  - b\n  - c\n  - (\n'),
      [
        'a.yaml:11: ImageRepository default/web: spec.exclusionList[3]: invalid regular expression: error parsing regexp: missing closing ): `(`',
      ],
    ],
    [
      'GitHub App without its Secret',
      tagboat('GitRepository', '  url: https://github.com/a/b\n  interval: 5m\n  provider: github\n'),
      ["a.yaml:7: GitRepository default/web: spec.provider: spec.secretRef must be set when spec.provider is 'github'"],
    ],
    [
      'ServiceAccount without a cloud',
      tagboat('GitRepository', '  url: https://github.com/a/b\n  interval: 5m\n  serviceAccountName: x\n'),
      [
        "a.yaml:7: GitRepository default/web: spec.serviceAccountName: serviceAccountName can only be set when provider is 'azure' or 'aws'",
      ],
    ],
    [
      'scp-like address',
      tagboat('GitRepository', '  url: git@github.com:a/b\n  interval: 5m\n'),
      ['a.yaml:5: GitRepository default/web: spec.url: expected an https, http or ssh URL, got "git@github.com:a/b"'],
    ],
    [
      'address without host',
      tagboat('GitRepository', '  url: "https:///x"\n  interval: 5m\n'),
      [
        'a.yaml:5: GitRepository default/web: spec.url: expected an address of the form https or http or ssh://host/path',
      ],
    ],
    [
      'an object that is a list, and a field far down',
      tagboat('ImageUpdateAutomation', '  interval: 5m\n  sourceRef: []\n  update:\n    targets:\n    - path: a\n'),
      [
        'a.yaml:6: ImageUpdateAutomation default/web: spec.sourceRef: expected a mapping, got a list',
        'a.yaml:9: ImageUpdateAutomation default/web: spec.update.targets[0].field: is required',
        'a.yaml:9: ImageUpdateAutomation default/web: spec.update.targets[0].policy: is required',
      ],
    ],
    [
      'a selector that Kubernetes would refuse',
      tagboat(
        'ImageUpdateAutomation',
        '  interval: 5m\n  sourceRef: {name: x}\n  policySelector:\n    matchExpressions:\n    - {key: a, operator: In}\n    - {key: a, operator: Exists, values: [b]}\n',
      ),
      [
        'a.yaml:9: ImageUpdateAutomation default/web: spec.policySelector.matchExpressions[0].values: is required with In',
        'a.yaml:10: ImageUpdateAutomation default/web: spec.policySelector.matchExpressions[1].values: must not be set with Exists',
      ],
    ],
    [
      'names that Kubernetes would refuse',
      'apiVersion: tagboat.dev/v1\nkind: ImagePolicy\nmetadata: {name: Web_1, labels: {a: 1}}\nspec: {}\n',
      [
        'a.yaml:3: ImagePolicy default/Web_1: metadata.name: expected a lower-case name such as my-app, got "Web_1"',
        'a.yaml:3: ImagePolicy default/Web_1: metadata.labels.a: expected a text, got 1; put it in quotes',
        'a.yaml:4: ImagePolicy default/Web_1: spec.imageRepositoryRef: is required',
        'a.yaml:4: ImagePolicy default/Web_1: spec.policy: is required',
      ],
    ],
    [
      'nothing but a kind',
      'apiVersion: tagboat.dev/v1\nkind: ImagePolicy\n',
      [
        'a.yaml:1: ImagePolicy default/(no name): metadata: is required',
        'a.yaml:1: ImagePolicy default/(no name): spec: is required',
      ],
    ],
    [
      'a stray field beside spec',
      'apiVersion: tagboat.dev/v1\nkind: ImageRepository\nmetadata: {name: web}\nspecs: {}\nspec: {image: a, interval: 1m}\n',
      ['a.yaml:4: ImageRepository default/web: specs: unknown field; did you mean spec?'],
    ],
    [
      'unknown kind',
      tagboat('ImagePolcy', '  a: 1\n'),
      ['a.yaml:2: ImagePolcy default/web: kind: tagboat.dev has no kind ImagePolcy; did you mean ImagePolicy?'],
    ],
    [
      'old version',
      'apiVersion: image.toolkit.fluxcd.io/v1beta1\nkind: ImagePolicy\nmetadata: {name: web}\n',
      [
        'a.yaml:1: ImagePolicy default/web: apiVersion: image.toolkit.fluxcd.io/v1beta1 of ImagePolicy is not read; write image.toolkit.fluxcd.io/v1 or image.toolkit.fluxcd.io/v1beta2',
      ],
    ],
    [
      'no apiVersion',
      'kind: ImagePolicy\nmetadata: {name: web}\n',
      ['a.yaml:1: ImagePolicy default/web: apiVersion: is required'],
    ],
  ]
  it.each(bad)('refuses %s', (_, text, want) => {
    expect(problems(text)).toEqual(want)
  })

  const passed: readonly [string, string, string][] = [
    ['an object of another group', 'apiVersion: apps/v1\nkind: Deployment\n', 'foreign'],
    ['a Flux kind without a counterpart', 'apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\n', 'foreign'],
    ['a kustomization file', 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n', 'foreign'],
    ['values that are no object', 'image: {tag: 1}\n', 'foreign'],
    ['a list', '- kind: ImagePolicy\n', 'foreign'],
    ['an empty document', '', 'foreign'],
    ['a Kustomization of Flux', 'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {}\n', 'later'],
    ['a Sync', 'apiVersion: tagboat.dev/v1\nkind: Sync\nspec: {path: x}\n', 'later'],
  ]
  it.each(passed)('passes over %s', (_, text, want) => {
    expect(read(text).is).toBe(want)
  })

  it('fills defaults and leaves out nulls and status', () => {
    const text = `${policy('  policy: {numerical: {}}\n  filterTags: {pattern: "^v"}\n  suspend: null\n')}status: {latestRef: {}}\n`
    const parsed = read(text)
    expect(parsed).toEqual({
      is: 'resource',
      resource: {
        apiVersion: 'image.toolkit.fluxcd.io/v1',
        group: 'image.toolkit.fluxcd.io',
        kind: 'ImagePolicy',
        metadata: { name: 'web', namespace: 'apps', generation: 1, labels: {}, annotations: {} },
        spec: {
          imageRepositoryRef: { name: 'web' },
          policy: { numerical: { order: 'asc', onInvalid: 'Fail' } },
          filterTags: { pattern: '^v', extract: '' },
          digestReflectionPolicy: 'Never',
          allowDowngrade: 'Never',
        },
        status: undefined,
        origin: { file: 'a.yaml', line: 1 },
      },
    })
  })

  it('knows no place for a value that came from no file', () => {
    const parsed = parseResource({ apiVersion: 'tagboat.dev/v1', kind: 'ImagePolicy', metadata: { name: 'a' } })
    expect(parsed).toEqual({
      is: 'invalid',
      problems: [{ object: 'ImagePolicy default/a', path: ['spec'], message: 'is required' }],
    })
  })
})

describe('annotation tagboat.dev/spec', () => {
  const annotated = (json: string, spec = '  policy: {}\n') =>
    policy(spec, `  annotations:\n    tagboat.dev/spec: '${json}'\n`)
  const place = 'a.yaml:7: ImagePolicy apps/web: metadata.annotations["tagboat.dev/spec"]'

  it('brings fields of ours to an object of Flux', () => {
    const parsed = read(
      annotated(
        '{"policy":{"calver":{"format":"YYYY.MICRO"}},"platforms":["linux/amd64"],"allowDowngrade":"WhenTagRemoved"}',
      ),
    )
    expect(parsed.is === 'resource' && parsed.resource.spec).toEqual({
      imageRepositoryRef: { name: 'web' },
      policy: { calver: { format: 'YYYY.MICRO' } },
      platforms: ['linux/amd64'],
      allowDowngrade: 'WhenTagRemoved',
      digestReflectionPolicy: 'Never',
    })
  })

  it('sets a field within an object that Flux has', () => {
    const parsed = read(
      annotated('{"policy":{"numerical":{"onInvalid":"Skip"}}}', '  policy: {numerical: {order: desc}}\n'),
    )
    expect(parsed.is === 'resource' && parsed.resource.spec).toMatchObject({
      policy: { numerical: { order: 'desc', onInvalid: 'Skip' } },
    })
  })

  const semver = '  policy: {semver: {range: ^1}}\n'
  const bad: readonly [string, string, readonly string[]][] = [
    [
      'no JSON',
      annotated('{oops', semver),
      [`${place}: expected a JSON object: Expected property name or '}' in JSON at position 1 (line 1 column 2)`],
    ],
    ['no object', annotated('[1]', semver), [`${place}: expected a JSON object`]],
    [
      'unknown key',
      annotated('{"platfroms":[]}', semver),
      [`${place}.platfroms: unknown field; did you mean platforms?`],
    ],
    [
      'a key of Flux',
      annotated('{"suspend":true}', semver),
      [`${place}.suspend: is a field of Flux; write it into spec`],
    ],
    ['a mapping expected', annotated('{"policy":1}', semver), [`${place}.policy: expected a mapping`]],
    [
      'a bad value of ours',
      annotated('{"allowDowngrade":"Always"}', semver),
      [`${place}.allowDowngrade: expected one of Never, WhenTagRemoved, got "Always"`],
    ],
    [
      'a hostile key',
      annotated('{"__proto__":{"platforms":["x"]},"constructor":{"prototype":{}}}', semver),
      [`${place}.__proto__: unknown field`, `${place}.constructor: unknown field`],
    ],
    [
      'a second policy',
      annotated('{"policy":{"newest":{}}}', semver),
      [
        'a.yaml:10: ImagePolicy apps/web: spec.policy: expected exactly one of semver, alphabetical, numerical, calver, newest',
      ],
    ],
    [
      'a field of ours in the spec of Flux',
      policy('  policy: {calver: {format: YYYY}}\n'),
      [
        'a.yaml:8: ImagePolicy apps/web: spec.policy.calver: is a field of Tagboat; on an object of Flux write it into the annotation tagboat.dev/spec',
      ],
    ],
    [
      'the annotation on an object of ours',
      'apiVersion: tagboat.dev/v1\nkind: ImageRepository\nmetadata:\n  name: web\n  annotations: {tagboat.dev/spec: "{}"}\nspec: {image: a, interval: 1m}\n',
      [
        'a.yaml:5: ImageRepository default/web: metadata.annotations["tagboat.dev/spec"]: is for objects of Flux; here, write its fields into spec',
      ],
    ],
  ]
  it.each(bad)('refuses %s', (_, text, want) => {
    expect(problems(text)).toEqual(want)
    expect(Object.hasOwn(Object.prototype, 'platforms')).toBe(false)
  })
})
