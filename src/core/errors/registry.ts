import type { ErrorRow } from './row.ts'

const minuteMs = 60_000

/** Errors of the area `registry`: names of images, and everything that is asked of a registry. */
export const registryErrors = {
  REGISTRY_REF_INVALID: {
    retry: 'never',
    reason: 'ImageURLInvalid',
    meaning: 'the name of an image is not of the form that is accepted there',
    remedy: 'write host/path without scheme, e.g. ghcr.io/org/app; tags are chosen by an ImagePolicy',
  },
  REGISTRY_HOST_REFUSED: {
    retry: 'never',
    reason: 'ImageURLInvalid',
    meaning: 'the host of a registry, or an address it resolves to, is one that Tagboat does not connect to',
    remedy: 'use a public or private registry host; loopback, private and listed hosts are governed by registry.allow*',
  },
  REGISTRY_EXCLUSION_INVALID: {
    retry: 'never',
    reason: 'ExclusionListInvalid',
    meaning: 'an expression of spec.exclusionList is not a regular expression in RE2 syntax',
    remedy: 'correct the expression; look-around and back-references do not exist in RE2',
  },
  REGISTRY_LOGIN_FAILED: {
    retry: 'backoff',
    reason: 'AuthenticationFailed',
    meaning:
      'the credential for a registry could not be had: a Secret, docker config or helper is missing or malformed',
    remedy: 'check that the Secret holds .dockerconfigjson, or that `docker login` works on this computer',
  },
  REGISTRY_AUTH_FAILED: {
    retry: 'backoff',
    reason: 'AuthenticationFailed',
    meaning: 'the registry refused the credential, or anonymous access',
    remedy: 'give a credential that may pull and list the repository (spec.secretRef, or `docker login`)',
  },
  REGISTRY_CHALLENGE_UNSUPPORTED: {
    retry: 'backoff',
    reason: 'AuthenticationFailed',
    meaning: 'the registry demands a login of a kind other than Basic and Bearer',
    remedy: 'ask the operator of the registry for token or password logins',
  },
  REGISTRY_REALM_REFUSED: {
    retry: 'backoff',
    reason: 'AuthenticationFailed',
    meaning: 'the registry names a token server that must not see the credential',
    remedy: 'if the token server is yours, add its host to --trusted-hosts',
  },
  REGISTRY_NOT_FOUND: {
    retry: 'interval',
    reason: 'ReadOperationFailed',
    meaning: 'the registry does not know the repository, or hides it from this credential',
    remedy: 'check the spelling of the image, and that the credential may see it',
  },
  REGISTRY_RATE_LIMITED: {
    retry: 'backoff',
    reason: 'RateLimited',
    meaning: 'the registry refuses requests for a while; none is sent before the time it named',
    remedy: 'log in (anonymous limits are the lowest), or lengthen spec.interval',
  },
  REGISTRY_UNAVAILABLE: {
    retry: 'backoff',
    reason: 'ReadOperationFailed',
    meaning: 'the registry could not be reached, or answered with an error of its own',
    remedy: 'check the host name, the network and the state of the registry',
  },
  REGISTRY_TIMEOUT: {
    retry: 'backoff',
    reason: 'ReadOperationFailed',
    meaning: 'the registry did not finish its answer in time',
    remedy: 'raise spec.timeout if the registry is slow; else check the network',
  },
  REGISTRY_TLS_FAILED: {
    retry: 'backoff',
    reason: 'ReadOperationFailed',
    meaning: 'the certificate of the registry is not trusted, expired or for another name',
    remedy: 'give the CA in spec.certSecretRef (ca.crt), or have the certificate renewed',
  },
  REGISTRY_BAD_RESPONSE: {
    retry: 'backoff',
    reason: 'ReadOperationFailed',
    meaning: 'the answer is not what the distribution protocol prescribes, e.g. a login page in HTML',
    remedy: 'check that the host is a registry and that no proxy answers in its place',
  },
  REGISTRY_PAGING_LOOP: {
    retry: { afterMs: 15 * minuteMs },
    reason: 'ReadOperationFailed',
    meaning: 'the pages of a list lead back to an earlier one, or bring nothing new',
    remedy: 'report it to the operator of the registry; registry.hosts[].pageSize may avoid it',
  },
  REGISTRY_TOO_LARGE: {
    retry: { afterMs: 60 * minuteMs },
    reason: 'ReadOperationFailed',
    meaning: 'an answer exceeds the size that is read for its kind',
    remedy: 'check what the host serves; limits are under registry.limits',
  },
  REGISTRY_BUDGET_EXCEEDED: {
    retry: { afterMs: 60 * minuteMs },
    reason: 'TagBudgetExceeded',
    meaning: 'a list has more tags, pages or bytes than one scan reads',
    remedy: 'delete old tags, or raise registry.limits',
  },
  REGISTRY_DIGEST_MISMATCH: {
    retry: 'backoff',
    reason: 'ReadOperationFailed',
    meaning: 'content does not have the digest under which the registry gave it',
    remedy: 'do not use the image; report it to the operator of the registry',
  },
  REGISTRY_MANIFEST_UNSUPPORTED: {
    retry: 'interval',
    reason: 'ReadOperationFailed',
    meaning: 'the manifest is of the old schema 1, which carries no reliable facts',
    remedy: 'push the image again with a current client',
  },
  REGISTRY_REDIRECT_REFUSED: {
    retry: 'backoff',
    reason: 'ReadOperationFailed',
    meaning: 'the registry redirects to an address that is not followed, or too often',
    remedy: 'check the storage settings of the registry; private targets must be in --trusted-hosts',
  },
} as const satisfies Record<string, ErrorRow>
