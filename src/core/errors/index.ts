import { clusterErrors } from './cluster.ts'
import { commitErrors } from './commit.ts'
import { gitErrors } from './git.ts'
import { internalErrors } from './internal.ts'
import { policyErrors } from './policy.ts'
import { queueErrors } from './queue.ts'
import { registryErrors } from './registry.ts'
import { resourceErrors } from './resource.ts'
import { rewriteErrors } from './rewrite.ts'
import { serverErrors } from './server.ts'
import { usageErrors } from './usage.ts'
import { webhookErrors } from './webhook.ts'

/** Every error code there is; docs/errors.md is generated from this table. */
export const errorTable = {
  ...usageErrors,
  ...resourceErrors,
  ...registryErrors,
  ...policyErrors,
  ...rewriteErrors,
  ...commitErrors,
  ...gitErrors,
  ...clusterErrors,
  ...queueErrors,
  ...webhookErrors,
  ...serverErrors,
  ...internalErrors,
} as const

/** A code of the table, `AREA_PROBLEM`. */
export type ErrorCode = keyof typeof errorTable
