import type { CommandDefinition, OptionDefinition } from '../definition.ts'

const clusterFlags: readonly OptionDefinition[] = [
  { flags: '--kubeconfig <file>', description: 'default: KUBECONFIG, ~/.kube/config, or the account of the pod' },
  { flags: '--context <name>', description: 'context of the kubeconfig' },
]

const allNamespaces: OptionDefinition = {
  flags: '-A, --all-namespaces',
  description: 'objects of every namespace (default: that of the context, or -n)',
}

const everyOne: OptionDefinition = { flags: '--all', description: 'every object of the kind in the namespace' }

const named = { syntax: '<kind> [names...]', description: 'KIND/NAME, or a kind and names, e.g. policy/podinfo' }

/** Commands that speak with a cluster. */
export const clusterDefinitions: readonly CommandDefinition[] = [
  {
    name: 'get',
    summary: 'tables of what a cluster holds, or with -f of what files hold',
    operands: {
      syntax: '[kind] [names...]',
      description: 'images, policies, updates, sources, all, or KIND/NAME (default: all)',
    },
    options: [
      ...clusterFlags,
      allNamespaces,
      { flags: '-w, --watch', description: 'go on with what changes; with -o json a line of JSON a change' },
      { flags: '--state <file>', description: 'with -f: the statuses that earlier runs have kept' },
    ],
    examples: ['tagboat get all -A', 'tagboat get policies podinfo -n apps', 'tagboat get images --watch'],
    load: async () => (await import('../commands/get.ts')).getCommand,
  },
  {
    name: 'reconcile',
    summary: 'ask the controller for a pass over objects now',
    operands: named,
    options: [
      ...clusterFlags,
      { flags: '--wait', description: 'until it is done (--timeout, default 5m); exit 1 if it failed' },
      { flags: '--with-source', description: 'first the ImageRepository of a policy, the GitRepository of an update' },
    ],
    examples: ['tagboat reconcile image/podinfo -n apps', 'tagboat reconcile policy/podinfo --with-source --wait'],
    load: async () => (await import('../commands/reconcile.ts')).reconcileCommand,
  },
  {
    name: 'suspend',
    summary: 'have the controller leave objects alone until they are resumed',
    operands: named,
    options: [...clusterFlags, allNamespaces, everyOne],
    examples: ['tagboat suspend update/apps', 'tagboat suspend images --all -n apps'],
    load: async () => (await import('../commands/suspend.ts')).suspendCommand,
  },
  {
    name: 'resume',
    summary: 'let the controller work on suspended objects again',
    operands: named,
    options: [
      ...clusterFlags,
      allNamespaces,
      everyOne,
      { flags: '--wait', description: 'until the first pass is done (--timeout, default 5m); exit 1 if it failed' },
    ],
    examples: ['tagboat resume update/apps --wait', 'tagboat resume images --all -n apps'],
    load: async () => (await import('../commands/resume.ts')).resumeCommand,
  },
  {
    name: 'events',
    summary: 'what was told about objects, the newest last',
    operands: { syntax: '[kind] [names...]', description: 'KIND/NAME, or a kind, or all (default)' },
    options: [
      ...clusterFlags,
      allNamespaces,
      {
        flags: '--types <types>',
        description: 'Normal, Warning, or both with a comma (default: all)',
        repeatable: true,
      },
      { flags: '-w, --watch', description: 'go on with what comes; with -o json an event a line' },
    ],
    examples: ['tagboat events policy/podinfo', 'tagboat events -A --types Warning --watch'],
    load: async () => (await import('../commands/events.ts')).eventsCommand,
  },
  {
    name: 'check',
    summary: 'is everything there that the controller needs: API server, kinds, rights, Redis, clock, programs',
    options: [
      ...clusterFlags,
      { flags: '--service-account <account>', description: 'whose rights: namespace/name (default: of who asks)' },
      {
        flags: '--watch-namespaces <names>',
        description: 'rights in these namespaces only, separated by commas, repeatable (default: all)',
        repeatable: true,
      },
      { flags: '--flux-namespace <name>', description: 'where Flux runs (default: flux-system)' },
      { flags: '--redis <url>', description: 'the Redis of the queues (default: REDIS_URL, else it is not checked)' },
    ],
    examples: [
      'tagboat check',
      'tagboat check -n tagboat-system --service-account tagboat-system/tagboat --redis redis://127.0.0.1:6379',
    ],
    load: async () => (await import('../commands/check.ts')).checkCommand,
  },
  {
    name: 'crds',
    summary: 'print the CustomResourceDefinitions, for kubectl apply',
    options: [
      { flags: '--flux', description: "also those of Flux's groups, but for what the cluster has from Flux" },
      { flags: '--offline', description: 'with --flux: all of them, without asking the cluster what it has' },
      ...clusterFlags,
    ],
    examples: ['tagboat crds | kubectl apply -f -'],
    load: async () => (await import('../commands/crds.ts')).crdsCommand,
  },
]
