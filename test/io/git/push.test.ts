import { describe, expect, it } from 'vitest'
import { judgePush } from '#io/git/push.ts'

const head = 'To https://h/x\n'

function judge(code: number, stdout: string, stderr: string): unknown {
  try {
    return judgePush('push to https://h/x', { code, stdout: Buffer.from(stdout), stderr })
  } catch (error) {
    return (error as { code: unknown }).code
  }
}

describe('what the server or git says of refs', () => {
  it.each([
    ['pushed', 0, '*\ta:refs/heads/x\t[new branch]\nDone\n', { kind: 'pushed' }],
    ['not a fast-forward', 1, '!\ta:refs/heads/x\t[rejected] (non-fast-forward)\nDone\n', { kind: 'moved' }],
    ['a tip that we do not have', 1, '!\ta:refs/heads/x\t[rejected] (fetch first)\nDone\n', { kind: 'moved' }],
    ['a stale lease', 1, '!\ta:refs/heads/x\t[rejected] (stale info)\nDone\n', { kind: 'moved' }],
    [
      'a lost race at the server',
      1,
      "!\ta:refs/heads/x\t[remote rejected] (cannot lock ref 'refs/heads/x': is at 1 but expected 2)\n",
      { kind: 'moved' },
    ],
    ['another race', 1, '!\ta:refs/heads/x\t[remote rejected] (failed to update ref)\n', { kind: 'moved' }],
    [
      'a race in newer words',
      1,
      '!\ta:refs/heads/x\t[remote rejected] (incorrect old value provided)\n',
      { kind: 'moved' },
    ],
    [
      'all because of one',
      1,
      '!\ta:refs/heads/y\t[rejected] (atomic push failed)\n!\ta:refs/heads/x\t[rejected] (fetch first)\n',
      { kind: 'moved' },
    ],
    [
      'a protected branch',
      1,
      '!\ta:refs/heads/x\t[remote rejected] (protected branch hook declined)\n',
      { kind: 'refused', text: 'protected branch hook declined' },
    ],
    [
      'refused before moved',
      1,
      '!\ta:refs/heads/x\t[rejected] (fetch first)\n!\ta:refs/heads/y\t[remote rejected] (no)\n',
      { kind: 'refused', text: 'fetch first; no' },
    ],
    [
      'a server that stopped reporting',
      1,
      '!\ta:refs/heads/x\t[remote failure] (remote failed to report status)\n',
      { kind: 'unknown', text: 'the connection ended (git 1)' },
    ],
    ['checked out', 1, '!\ta:refs/heads/x\t[remote rejected] (branch is currently checked out)\n', 'GIT_CHECKED_OUT'],
  ])('%s', (_what, code, stdout, expected) => expect(judge(code, head + stdout, '')).toEqual(expected))
})

describe('no word of any ref', () => {
  const unknown = expect.objectContaining({ kind: 'unknown' }) as unknown
  it.each([
    ["fatal: unable to access 'https://h/x/': Could not resolve host: h", 'GIT_REMOTE_UNAVAILABLE'],
    ["fatal: could not read Username for 'https://h': terminal prompts disabled", 'GIT_AUTH_FAILED'],
    ['git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.', 'GIT_AUTH_FAILED'],
    ['error: src refspec 1234 does not match any', 'GIT_COMMIT_MISSING'],
    ['error: RPC failed; HTTP 403 curl 22 The requested URL returned error: 403', 'GIT_AUTH_FAILED'],
    [
      'error: RPC failed; HTTP 413 curl 22\nfatal: the remote end hung up unexpectedly',
      { kind: 'refused', text: 'the server answered HTTP 413' },
    ],
    ['error: RPC failed; HTTP 502 curl 22\nsend-pack: unexpected disconnect while reading sideband packet', unknown],
    [
      'error: RPC failed; curl 56 Recv failure: Connection reset by peer\nfatal: the remote end hung up unexpectedly',
      unknown,
    ],
    ['client_loop: send disconnect: Broken pipe\nfatal: the remote end hung up unexpectedly', unknown],
    [
      'send-pack: unexpected disconnect while reading sideband packet\nfatal: Could not read from remote repository.',
      unknown,
    ],
    [
      'fatal: the receiving end does not support push options',
      { kind: 'refused', text: 'the server does not take push options' },
    ],
    ['', unknown],
  ])('%s', (stderr, expected) => expect(judge(128, '', stderr)).toEqual(expected))
})
