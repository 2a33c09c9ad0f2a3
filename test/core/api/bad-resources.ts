import { policy, tagboat } from './read.ts'

/** What is wrong, the file, and what is said about it. */
export const badResources: readonly [string, string, readonly string[]][] = [
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
    ["a.yaml:5: ImageRepository default/web: spec.image: image 'alpine:3.19' should not include a tag; remove ':3.19'"],
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
    ['a.yaml:5: GitRepository default/web: spec.url: expected an address of the form https or http or ssh://host/path'],
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
