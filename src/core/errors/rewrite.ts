import type { ErrorRow } from './row.ts'

/** Errors of the area `rewrite`. What is wrong with single files and markers is reported beside the edits instead. */
export const rewriteErrors = {
  REWRITE_FIELD_INVALID: {
    retry: 'never',
    reason: 'InvalidTarget',
    meaning: 'the field of an update target is not a path into a document',
    remedy:
      'write it like spec.containers[name=web].image, images[0].newTag or metadata.annotations["example.org/tag"]',
  },
  REWRITE_POLICY_INVALID: {
    retry: 'never',
    reason: 'InvalidTarget',
    meaning: 'the policy of an update target is not of the form [namespace:]name[:part]',
    remedy: 'name an ImagePolicy, e.g. web, web:tag or apps:web:name; the parts are tag, name, digest and extract',
  },
  REWRITE_TIMEOUT: {
    retry: 'interval',
    reason: 'UpdateFailed',
    meaning: 'one input took longer to compute than is allowed, and was given up so that everything else goes on',
    remedy: 'split or simplify the file that the message names; a file of ordinary YAML takes milliseconds',
  },
  REWRITE_MEMORY: {
    retry: 'interval',
    reason: 'UpdateFailed',
    meaning:
      'one input needed more memory to compute than is allowed, and was given up so that everything else goes on',
    remedy: 'split or simplify the file that the message names',
  },
  REWRITE_PATH_UNREADABLE: {
    retry: 'never',
    reason: 'UpdateFailed',
    meaning: 'a path that was to be rewritten does not exist or cannot be read',
    remedy: 'check its spelling and its permissions; paths are relative to the folder that the command runs in',
  },
  REWRITE_NOT_WRITTEN: {
    retry: 'never',
    reason: 'UpdateFailed',
    meaning: 'a rewritten file could not be put in its place; it is as it was before',
    remedy: 'check the permissions of its folder and the space on the disk, and run the command again',
  },
} as const satisfies Record<string, ErrorRow>
