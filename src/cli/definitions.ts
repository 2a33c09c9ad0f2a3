import type { CommandDefinition, OptionDefinition } from './definition.ts'
import { clusterDefinitions } from './definitions/cluster.ts'
import { controllerDefinitions } from './definitions/controller.ts'
import { queueDefinitions } from './definitions/queue.ts'

/** Flags of every command. */
export const commonFlags: readonly OptionDefinition[] = [
  {
    flags: '-f, --file <path>',
    description: 'file or folder of resources, repeatable (default: ./policies)',
    repeatable: true,
  },
  {
    flags: '-n, --namespace <name>',
    description: 'only objects of this namespace (default: all; in a cluster that of the context)',
  },
  { flags: '-o, --output <format>', description: 'how results are printed', choices: ['text', 'json', 'yaml'] },
  {
    flags: '--log-level <level>',
    description: 'what is logged to stderr',
    choices: ['debug', 'info', 'warn', 'error'],
  },
  { flags: '--log-format <format>', description: 'how it is logged', choices: ['text', 'json'] },
  { flags: '--timeout <duration>', description: 'give up after this long, e.g. 5m' },
  { flags: '--no-color', description: 'plain text (also: NO_COLOR)' },
]

const edgeFlags: readonly OptionDefinition[] = [
  { flags: '--cache-dir <path>', description: 'where Git mirrors are kept (default: $XDG_CACHE_HOME/tagboat)' },
  { flags: '--state <file>', description: 'keep statuses of the resources in this file between runs' },
  { flags: '--registry-config <file>', description: 'docker config.json to take registry credentials from' },
  {
    flags: '--trusted-hosts <host>',
    description: 'a token server that may be sent credentials of any registry, repeatable',
    repeatable: true,
  },
  { flags: '--config <file>', description: 'YAML with settings of registries (page sizes, rates, limits, hosts)' },
  { flags: '--no-cross-namespace-refs', description: 'refuse references into other namespaces' },
]

const targetFlags: readonly OptionDefinition[] = [
  {
    flags: '--repo <url>',
    description: 'use this repository (https, ssh, file URL or path) instead of GitRepository.spec.url',
  },
  { flags: '--branch <name>', description: 'use this branch instead of the one of the resources' },
]

const detailedExit: OptionDefinition = {
  flags: '--detailed-exitcode',
  description: 'exit 2 when there are changes',
}

const names = (kind: string) => ({
  syntax: '[names...]',
  description: `names of ${kind}, or namespace/name (default: all)`,
})

/** Every command there is, in the order of the help. */
export const definitions: readonly CommandDefinition[] = [
  {
    name: 'scan',
    summary: 'list the tags of ImageRepositories',
    operands: names('ImageRepositories'),
    options: edgeFlags,
    examples: ['tagboat scan -f policies/', 'tagboat scan podinfo -o json'],
    load: async () => (await import('./commands/scan.ts')).scanCommand,
  },
  {
    name: 'select',
    summary: 'choose among given tags, without network',
    options: [
      { flags: '-p, --policy <name>', description: 'an ImagePolicy of the files, by name or namespace/name' },
      { flags: '--semver <range>', description: 'newest version in this range' },
      { flags: '--numerical <order>', description: 'highest (asc) or lowest (desc) number', choices: ['asc', 'desc'] },
      { flags: '--alphabetical <order>', description: 'last (asc) or first (desc) text', choices: ['asc', 'desc'] },
      { flags: '--calver <format>', description: 'newest calendar version, e.g. YYYY.0M.MICRO' },
      { flags: '--filter <regex>', description: 'only tags that this RE2 expression matches' },
      { flags: '--extract <template>', description: 'compare this part of the match, e.g. $1' },
      { flags: '--exclude <regex>', description: 'drop tags that this matches, repeatable', repeatable: true },
      { flags: '--tags <file>', description: 'a tag a line; - is standard input (default)' },
    ],
    examples: ["printf '1.0.0\\n1.1.0\\n' | tagboat select --semver '^1'"],
    load: async () => (await import('./commands/select.ts')).selectCommand,
  },
  {
    name: 'explain',
    summary: 'say for each policy which tag won and why each other did not',
    operands: names('ImagePolicies'),
    options: [{ flags: '--tag <tag>', description: 'ask about this tag only' }, ...edgeFlags, ...targetFlags],
    examples: ['tagboat explain podinfo', 'tagboat explain podinfo --tag 6.1.0'],
    load: async () => (await import('./commands/explain.ts')).explainCommand,
  },
  {
    name: 'test',
    summary: 'run the policy cases of *.test.yaml files',
    operands: { syntax: '[paths...]', description: 'files or folders (default: ./policies)' },
    options: [],
    examples: ['tagboat test policies/'],
    load: async () => (await import('./commands/test.ts')).testCommand,
  },
  {
    name: 'rewrite',
    summary: 'rewrite marked scalars in a working tree, without registry and Git',
    operands: { syntax: '<paths...>', description: 'files or folders to rewrite' },
    options: [
      {
        flags: '--image <ns:policy=ref>',
        description: 'what a policy stands for, e.g. default:podinfo=ghcr.io/org/app:1.2.3, repeatable',
        repeatable: true,
      },
      { flags: '--check', description: 'write nothing; exit 2 if something would change' },
    ],
    examples: ['tagboat rewrite --image default:podinfo=ghcr.io/stefanprodan/podinfo:6.5.0 ./apps --check'],
    load: async () => (await import('./commands/rewrite.ts')).rewriteCommand,
  },
  {
    name: 'plan',
    summary: 'show the commits that apply would push, as a diff',
    operands: names('ImageUpdateAutomations'),
    options: [detailedExit, ...targetFlags, ...edgeFlags],
    examples: ['tagboat plan -f policies/ --repo https://git.example.com/team/config.git'],
    load: async () => (await import('./commands/plan.ts')).planCommand,
  },
  {
    name: 'apply',
    summary: 'scan, choose, rewrite, commit and push',
    operands: names('ImageUpdateAutomations'),
    options: [detailedExit, ...targetFlags, ...edgeFlags],
    examples: ['tagboat apply -f policies/ --repo https://git.example.com/team/config.git'],
    load: async () => (await import('./commands/apply.ts')).applyCommand,
  },
  {
    name: 'run',
    summary: 'loop in one process on the intervals of the resources',
    options: [
      ...targetFlags,
      ...edgeFlags,
      {
        flags: '--listen <address>',
        description: 'serve /hook/…, /healthz, /readyz and /metrics, e.g. at :9292 or 127.0.0.1:9292',
      },
      { flags: '--sync', description: 'apply to a cluster as well (not supported yet)' },
    ],
    examples: [
      'tagboat run -f policies/ --repo https://git.example.com/team/config.git',
      'tagboat run -f policies/ --listen 127.0.0.1:9292',
    ],
    load: async () => (await import('./commands/run.ts')).runCommand,
  },
  ...controllerDefinitions,
  ...clusterDefinitions,
  ...queueDefinitions,
  {
    name: 'demo',
    summary: 'the whole loop on this computer: embedded registry, bare Git repository, new tags turned into commits',
    options: [
      { flags: '--rounds <n>', description: 'end after this many new tags (default: 4)' },
      { flags: '--forever', description: 'go on until stopped' },
    ],
    examples: ['tagboat demo --rounds 1'],
    load: async () => (await import('./commands/demo.ts')).demoCommand,
  },
  {
    name: 'completion',
    summary: 'print the completion script of a shell',
    operands: { syntax: '<shell>', description: 'bash, zsh or fish' },
    options: [],
    examples: ['source <(tagboat completion bash)'],
    load: async () => (await import('./commands/completion.ts')).completionCommand(definitions, commonFlags),
  },
]
