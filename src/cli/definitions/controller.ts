import type { CommandDefinition } from '../definition.ts'

/** Commands of the controller. */
export const controllerDefinitions: readonly CommandDefinition[] = [
  {
    name: 'controller',
    summary: 'the Kubernetes controller: resources from the API server, work queued in Redis',
    options: [
      { flags: '--kubeconfig <file>', description: 'default: KUBECONFIG, ~/.kube/config, or the account of the pod' },
      { flags: '--context <name>', description: 'context of the kubeconfig' },
      { flags: '--redis <url>', description: 'the Redis of the queues (default: REDIS_URL, else a private one)' },
      {
        flags: '--watch-namespaces <names>',
        description: 'only these namespaces, separated by commas, repeatable (default: all)',
        repeatable: true,
      },
      {
        flags: '--watch-label-selector <selector>',
        description: 'only objects with these labels: one of several shards',
      },
      { flags: '--no-cross-namespace-refs', description: 'refuse references into other namespaces' },
      {
        flags: '--flux-kinds <mode>',
        description: "objects of Flux's groups: auto leaves them to a living Flux (default), own, ignore",
        choices: ['auto', 'own', 'ignore'],
      },
      { flags: '--flux-namespace <name>', description: 'where Flux would run (default: flux-system)' },
      {
        flags: '--concurrency <n>',
        description: 'jobs at a time in each queue (default: 20), or scan=40,update=4; repeatable',
        repeatable: true,
      },
      { flags: '--concurrent <n>', description: "Flux's name of --concurrency", repeatable: true },
      { flags: '--debounce-quiet <duration>', description: 'an automation waits for so much quiet (default: 250ms)' },
      { flags: '--debounce-max <duration>', description: '… but not longer than this (default: 2s)' },
      { flags: '--min-retry-delay <duration>', description: 'first wait after a failure (default: 750ms)' },
      { flags: '--max-retry-delay <duration>', description: 'longest wait after failures (default: 15m)' },
      { flags: '--pushes-per-minute <n>', description: 'to one repository (default: 6; 0: no limit)' },
      { flags: '--metrics-addr <address>', description: 'serves /metrics (default: :8080; 0: not served)' },
      { flags: '--health-addr <address>', description: 'serves /healthz and /readyz (default: :9440)' },
      { flags: '--webhook-addr <address>', description: 'serves /hook/… (default: :9292; 0: not served)' },
      { flags: '--dashboard', description: 'serve the page of the queues under /queues' },
      { flags: '--dashboard-addr <address>', description: 'where (default: :3000)' },
      {
        flags: '--dashboard-token-file <file>',
        description: 'holds the token of the dashboard (or: TAGBOAT_DASHBOARD_TOKEN)',
      },
      { flags: '--dashboard-write', description: 'let the dashboard change the queues' },
      { flags: '--events-addr <url>', description: "Flux's notification-controller, to which events are also sent" },
      { flags: '--no-leader-election', description: 'this is the only replica' },
      { flags: '--leader-election-namespace <name>', description: 'where the Lease is (default: own namespace)' },
      { flags: '--grace-period <duration>', description: 'for running jobs after SIGTERM (default: 25s)' },
      { flags: '--cache-dir <path>', description: 'where Git mirrors are kept (default: $XDG_CACHE_HOME/tagboat)' },
      {
        flags: '--trusted-hosts <host>',
        description: 'a token server that may be sent credentials of any registry, repeatable',
        repeatable: true,
      },
      { flags: '--config <file>', description: 'YAML with settings of registries (page sizes, rates, limits, hosts)' },
    ],
    examples: [
      'tagboat controller',
      'REDIS_URL=redis://127.0.0.1:6379 tagboat controller --kubeconfig ~/.kube/config --flux-kinds own',
    ],
    load: async () => async (_operands, flags, io) => io.programs.controller(flags, io),
  },
]
