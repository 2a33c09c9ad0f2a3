import type { ErrorRow } from './row.ts'

/** Errors of the area `commit`. */
export const commitErrors = {
  COMMIT_TARGET_INVALID: {
    retry: 'never',
    reason: 'InvalidSourceConfiguration',
    meaning: 'what an automation checks out, or where it is to push, is not usable',
    remedy:
      'correct spec.git of the ImageUpdateAutomation or spec.ref of its GitRepository; the message names the field',
  },
  COMMIT_PATH_INVALID: {
    retry: 'never',
    reason: 'InvalidPath',
    meaning: 'an update path leads out of the repository or into .git',
    remedy: 'write a path relative to the root of the repository, without .. segments',
  },
  COMMIT_DIGEST_MOVED: {
    retry: 'backoff',
    reason: 'UpdateFailed',
    meaning: 'a tag was moved to another digest between the scan and the push, so nothing was pushed',
    remedy: 'nothing: the next run scans again and writes the new digest',
  },
  COMMIT_CONTENDED: {
    retry: { afterMs: 5000 },
    reason: 'GitOperationFailed',
    meaning: 'others pushed to the branch again and again, so that ten tries of a push came too late',
    remedy: 'nothing: the next run tries again; if it happens often, let fewer writers push to this branch',
  },
  COMMIT_FENCED: {
    retry: 'backoff',
    reason: 'GitOperationFailed',
    meaning: 'the right to push was lost before the push: another replica leads, or the object was changed',
    remedy: 'nothing: whoever leads now does the work',
  },
  COMMIT_TEMPLATE_INVALID: {
    retry: 'never',
    reason: 'InvalidTemplate',
    meaning: 'the commit message template cannot be parsed or run, also on sample data, or exceeds its limits',
    remedy: 'correct spec.git.commit.messageTemplate; the message has the line and column as Go prints them',
  },
  COMMIT_TEMPLATE_FIELD_REMOVED: {
    retry: 'never',
    reason: 'RemovedTemplateField',
    meaning: 'the commit message template uses a field that Flux has removed',
    remedy: 'use .Changed.Changes, .Changed.Objects or .Changed.FileChanges in spec.git.commit.messageTemplate',
  },
} as const satisfies Record<string, ErrorRow>
