import type { ErrorRow } from './row.ts'

/** Errors of resources: what a person wrote in YAML, and what it refers to. */
export const resourceErrors = {
  RESOURCE_URL_INVALID: {
    retry: 'never',
    reason: 'URLInvalid',
    meaning: 'an address is not of a form or scheme that is accepted there',
    remedy: 'write https://host/path or ssh://user@host/path, without blanks',
  },
  RESOURCE_DURATION_INVALID: {
    retry: 'never',
    reason: 'InvalidSpec',
    meaning: 'a duration cannot be read',
    remedy: 'write numbers with units, without blanks: 30s, 5m, 1h30m',
  },
  RESOURCE_INVALID: {
    retry: 'never',
    reason: 'InvalidSpec',
    meaning:
      'a resource is not written as its kind demands: an unknown or missing field, a bad value, two of what may be one',
    remedy: 'correct the fields that the message lists, one a line; docs/resources.md describes each',
  },
  RESOURCE_UNREADABLE: {
    retry: 'never',
    reason: 'InvalidSpec',
    meaning: 'a file or folder of resources is missing, cannot be read, is too large or is no YAML',
    remedy: 'give -f an existing folder or file of YAML, and correct it at the line that the message names',
  },
  RESOURCE_REFERENCE_MISSING: {
    retry: 'backoff',
    reason: 'DependencyNotReady',
    meaning: 'a resource refers to another one that does not exist',
    remedy: 'create the object that the message names, or correct the reference',
  },
  RESOURCE_ACCESS_DENIED: {
    retry: 'backoff',
    reason: 'AccessDenied',
    meaning: 'a resource refers to one of another namespace that does not permit it, or does not exist',
    remedy: 'permit the namespace by its labels in spec.accessFrom of the object that is referred to',
  },
  RESOURCE_SECRET_MISSING: {
    retry: 'backoff',
    reason: 'AuthenticationFailed',
    meaning: 'a Secret or ServiceAccount that a resource names does not exist in its namespace',
    remedy: 'create it, or put it into the folder of resources',
  },
  RESOURCE_SECRET_INVALID: {
    retry: 'backoff',
    reason: 'AuthenticationFailed',
    meaning: 'a Secret lacks a key that is needed, or holds something unusable under it',
    remedy: 'correct the key that the message names; values are never shown',
  },
  RESOURCE_NOT_SUPPORTED: {
    retry: 'never',
    reason: 'FeatureNotSupported',
    meaning: 'a field is set whose behaviour this release does not have yet',
    remedy: 'remove the field, or do what the message proposes',
  },
  RESOURCE_STATE_INVALID: {
    retry: 'never',
    reason: 'InvalidState',
    meaning: 'the state file cannot be read, or was written by another version',
    remedy: 'move the file away to start without it: what is in Git then counts as the last choice',
  },
} as const satisfies Record<string, ErrorRow>
