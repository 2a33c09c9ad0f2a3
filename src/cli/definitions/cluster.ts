import type { CommandDefinition, OptionDefinition } from '../definition.ts'

const clusterFlags: readonly OptionDefinition[] = [
  { flags: '--kubeconfig <file>', description: 'default: KUBECONFIG, ~/.kube/config, or the account of the pod' },
  { flags: '--context <name>', description: 'context of the kubeconfig' },
]

const allNamespaces: OptionDefinition = {
  flags: '-A, --all-namespaces',
  description: 'objects of every namespace (default: that of the context, or -n)',
}

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
]
