import type { CommandDefinition } from '../definition.ts'

/** Commands that look into the queues. */
export const queueDefinitions: readonly CommandDefinition[] = [
  {
    name: 'queue',
    summary: 'look into the Redis queues of the controller, and move single jobs',
    operands: {
      syntax: '<action> [ids...]',
      description:
        'ls, show ID, retry ID…, remove ID…, pause, resume or stats; an ID is <queue>/<job>, as ls prints it',
    },
    options: [
      { flags: '--redis <url>', description: 'the Redis of the controller (default: REDIS_URL)' },
      {
        flags: '--installation <name>',
        description: 'whose queues, where several share the Redis (default: the only one)',
      },
      {
        flags: '--queue <name>',
        description: 'only this queue (default: all)',
        choices: ['scan', 'select', 'fetch', 'update'],
      },
      {
        flags: '--state <state>',
        description: 'only jobs in this state',
        choices: ['waiting', 'active', 'failed', 'completed'],
      },
      { flags: '--limit <n>', description: 'at most so many jobs of each queue and state (default: 20)' },
      { flags: '--all', description: 'retry, remove: all jobs of --queue and --state (retry: failed ones)' },
    ],
    examples: [
      'tagboat queue ls --state failed --redis redis://127.0.0.1:6379',
      'tagboat queue show scan/17',
      'tagboat queue retry --all --queue update',
    ],
    load: async () => (await import('../commands/queue.ts')).queueCommand,
  },
]
