import { acceptedGroups } from '#core/api/group.ts'
import type { Kind, ObjectRef } from '#core/api/object-ref.ts'
import { z } from '#core/schema.ts'
import type { QueueName } from '#flow/ports/queue.ts'
import type { JobData } from '../job.ts'

const queues: Readonly<Record<Exclude<Kind, 'Sync'>, QueueName>> = {
  ImageRepository: 'scan',
  ImagePolicy: 'select',
  GitRepository: 'fetch',
  ImageUpdateAutomation: 'update',
}

/** The queue of a kind; undefined for a kind that nobody works on yet. */
export function queueOf(kind: Kind): QueueName | undefined {
  return kind === 'Sync' ? undefined : queues[kind]
}

/** What is written into Redis about an object: its name. */
export function jobData({ group, kind, namespace, name }: ObjectRef): JobData {
  return { v: 1, group, kind, namespace, name }
}

/** Names in Kubernetes are not longer. */
const maxName = 253

const schema = z.object({
  v: z.literal(1),
  group: z.enum(acceptedGroups.map(({ group }) => group)),
  kind: z.enum(Object.keys(queues) as readonly Exclude<Kind, 'Sync'>[]),
  namespace: z.string().min(1).max(maxName),
  name: z.string().min(1).max(maxName),
})

/** The object that a job is about; undefined where another version of Tagboat, or somebody else, has written the job. */
export function readJobData(data: unknown): ObjectRef | undefined {
  const parsed = schema.safeParse(data)
  if (!parsed.success) return undefined
  const { group, kind, namespace, name } = parsed.data
  return { group, kind, namespace, name }
}
