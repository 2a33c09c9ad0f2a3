import type { ErrorRow } from './row.ts'

/** Errors of the area `git`. */
export const gitErrors = {
  GIT_REF_INVALID: {
    retry: 'never',
    reason: 'InvalidRef',
    meaning: 'a branch, tag or ref is not a name that git accepts',
    remedy:
      'use letters, digits, `.`, `_`, `-` and `/`; `git check-ref-format --branch NAME` tells whether git takes it',
  },
  GIT_CREDENTIALS_INVALID: {
    retry: 'never',
    reason: 'InvalidCredentials',
    meaning: 'the Secret or setting that should open the repository lacks a key, or holds one that cannot be used',
    remedy: 'compare the Secret with the table of keys in docs/credentials.md',
  },
  GIT_PROVIDER_UNSUPPORTED: {
    retry: 'never',
    reason: 'InvalidProviderConfiguration',
    meaning: 'the provider that should log in to the Git server is not supported yet',
    remedy: 'use provider generic or github with a Secret (docs/credentials.md)',
  },
  GIT_AUTH_FAILED: {
    retry: 'backoff',
    reason: 'AuthenticationFailed',
    meaning: 'the Git server did not accept the credentials, or they do not allow this',
    remedy: 'check that the token or key is current and may read (and, to push, write) this repository',
  },
  GIT_HOST_KEY: {
    retry: 'never',
    reason: 'AuthenticationFailed',
    meaning: 'the ssh server showed a host key that known_hosts does not hold',
    remedy:
      'compare the key with what the server’s operator publishes, then put it into `known_hosts` (ssh-keyscan HOST)',
  },
  GIT_TLS_FAILED: {
    retry: 'backoff',
    reason: 'GitOperationFailed',
    meaning: 'the certificate of the Git server or of the proxy is not trusted, or ours was not taken',
    remedy: 'put the authority that signed it into the key `ca.crt` of the Secret, or renew the certificate',
  },
  GIT_REMOTE_UNAVAILABLE: {
    retry: 'backoff',
    reason: 'GitOperationFailed',
    meaning: 'the Git server could not be reached, broke off, or answered that it cannot serve now',
    remedy: 'check the address and the network from here (`git ls-remote URL`); it is tried again by itself',
  },
  GIT_REDIRECTED: {
    retry: 'never',
    reason: 'GitOperationFailed',
    meaning: 'the Git server answers with a redirect, which is not followed, so that no credential goes astray',
    remedy: 'write the address that the server redirects to (`curl -sI URL/info/refs?service=git-upload-pack`)',
  },
  GIT_NOT_FOUND: {
    retry: 'backoff',
    reason: 'GitOperationFailed',
    meaning: 'there is no repository at this address, or the credentials do not let it be seen',
    remedy: 'check the path for misspellings; a private repository often hides itself from an account without rights',
  },
  GIT_BRANCH_MISSING: {
    retry: 'backoff',
    reason: 'GitOperationFailed',
    meaning: 'the branch, tag or ref does not exist in the repository',
    remedy: 'create it, or name one that exists (`git ls-remote URL`)',
  },
  GIT_EMPTY_REPOSITORY: {
    retry: 'backoff',
    reason: 'EmptyGitRepository',
    meaning: 'the repository has no commit yet',
    remedy: 'push a first commit with the manifests that are to be updated',
  },
  GIT_COMMIT_MISSING: {
    retry: 'backoff',
    reason: 'GitOperationFailed',
    meaning: 'a commit that was asked for cannot be had from the repository',
    remedy: 'the branch was probably rewritten in this moment; the next run starts from its new head',
  },
  GIT_PATH_MISSING: {
    retry: 'interval',
    reason: 'UpdateFailed',
    meaning: 'a folder or file does not exist in the repository at this revision',
    remedy: 'correct the path, which counts from the repository’s root, or add it to the branch',
  },
  GIT_PUSH_REFUSED: {
    retry: 'backoff',
    reason: 'GitOperationFailed',
    meaning: 'the server refused the push by a hook, a protected branch or another rule of its own',
    remedy: 'read the server’s text; let the account push there, or push to a branch of its own (spec.git.push.branch)',
  },
  GIT_CHECKED_OUT: {
    retry: 'never',
    reason: 'GitOperationFailed',
    meaning: 'the branch is checked out in the ordinary repository that would receive the push',
    remedy: 'push to another branch (--branch), use a bare repository, or run `tagboat rewrite` on the working tree',
  },
  GIT_TIMEOUT: {
    retry: 'backoff',
    reason: 'GitOperationFailed',
    meaning: 'a Git operation took longer than it may; it was ended with everything it had started',
    remedy: 'raise spec.timeout of the GitRepository if the repository is large; else look at the server',
  },
  GIT_TOO_LARGE: {
    retry: 'interval',
    reason: 'GitOperationFailed',
    meaning: 'a fetch grew beyond the limit and was ended',
    remedy: 'use a repository that holds configuration only; history with large binaries belongs elsewhere',
  },
  GIT_SIGNING_KEY_INVALID: {
    retry: 'never',
    reason: 'InvalidSigningKey',
    meaning:
      'the signing key cannot be used: wrong format, several keys, too weak, or its passphrase is missing or wrong',
    remedy: 'export one private key (gpg: `gpg --export-secret-keys --armor ID`) and give its passphrase beside it',
  },
  GIT_SIGNING_FAILED: {
    retry: 'backoff',
    reason: 'GitOperationFailed',
    meaning: 'the commit could not be signed, so it was not made',
    remedy: 'read the text of the signing program; an expired key must be renewed',
  },
  GIT_PROGRAM_MISSING: {
    retry: 'never',
    reason: 'GitOperationFailed',
    meaning: 'a program that this needs is not installed or cannot be started',
    remedy: 'install it (Debian: git, openssh-client, gnupg) and see that it is on PATH',
  },
  GIT_CACHE_UNUSABLE: {
    retry: 'backoff',
    reason: 'StorageOperationFailed',
    meaning: 'the cache folder cannot be written, is full, or is held by another process',
    remedy: 'free space, correct its rights, or name another folder with --cache-dir',
  },
  GIT_CACHE_CORRUPT: {
    retry: 'backoff',
    reason: 'StorageOperationFailed',
    meaning: 'the local mirror is damaged and was still damaged after it had been made anew',
    remedy: 'check the disk; if others can fetch the repository, remove the cache folder',
  },
  GIT_FAILED: {
    retry: 'backoff',
    reason: 'GitOperationFailed',
    meaning: 'git failed in a way that Tagboat does not know',
    remedy: 'read the text of git; `--log-level debug` shows which step it was',
  },
} as const satisfies Record<string, ErrorRow>
