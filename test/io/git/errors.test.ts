import { describe, expect, it } from 'vitest'
import { Secret } from '#core/secret/secret.ts'
import { errorOf, excerpt, isCorruption } from '#io/git/errors.ts'

/** What git, curl and ssh print, as seen with git 2.39 and newer ones. */
const cases: readonly (readonly [stderr: string, code: string])[] = [
  ["fatal: unable to access 'https://h/x/': Could not resolve host: h", 'GIT_REMOTE_UNAVAILABLE'],
  [
    "fatal: unable to access 'https://h/x/': Failed to connect to h port 443 after 3 ms: Couldn't connect to server",
    'GIT_REMOTE_UNAVAILABLE',
  ],
  ["fatal: unable to access 'https://h/x/': The requested URL returned error: 503", 'GIT_REMOTE_UNAVAILABLE'],
  ["fatal: unable to access 'https://h/x/': The requested URL returned error: 429", 'GIT_REMOTE_UNAVAILABLE'],
  [
    "fatal: unable to access 'https://h/x/': Operation too slow. Less than 1000 bytes/sec transferred the last 30 seconds",
    'GIT_REMOTE_UNAVAILABLE',
  ],
  ['error: RPC failed; curl 56 Recv failure: Connection reset by peer\nfatal: early EOF', 'GIT_REMOTE_UNAVAILABLE'],
  [
    'ssh: connect to host h port 22: Connection refused\nfatal: Could not read from remote repository.',
    'GIT_REMOTE_UNAVAILABLE',
  ],
  [
    'kex_exchange_identification: read: Connection reset by peer\nfatal: Could not read from remote repository.',
    'GIT_REMOTE_UNAVAILABLE',
  ],
  ["fatal: unable to access 'https://h/x/': Could not resolve proxy: p", 'GIT_REMOTE_UNAVAILABLE'],
  ["fatal: unable to access 'https://h/x/': Received HTTP code 407 from proxy after CONNECT", 'GIT_AUTH_FAILED'],
  ["fatal: could not read Username for 'https://h': terminal prompts disabled", 'GIT_AUTH_FAILED'],
  ["remote: Invalid username or password.\nfatal: Authentication failed for 'https://h/x/'", 'GIT_AUTH_FAILED'],
  [
    "remote: Permission to a/b.git denied to c.\nfatal: unable to access 'https://h/x/': The requested URL returned error: 403",
    'GIT_AUTH_FAILED',
  ],
  ['git@h: Permission denied (publickey).\r\nfatal: Could not read from remote repository.', 'GIT_AUTH_FAILED'],
  ["fatal: detected dubious ownership in repository at '/srv/x'\nTo add an exception …", 'GIT_AUTH_FAILED'],
  ['Host key verification failed.\r\nfatal: Could not read from remote repository.', 'GIT_HOST_KEY'],
  [
    '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nfatal: Could not read from remote repository.',
    'GIT_HOST_KEY',
  ],
  ['No ED25519 host key is known for [127.0.0.1]:22 and you have requested strict checking.', 'GIT_HOST_KEY'],
  ['Load key "/x/identity": invalid format\r\ngit@h: Permission denied (publickey).', 'GIT_CREDENTIALS_INVALID'],
  [
    "fatal: unable to access 'https://h/x/': server certificate verification failed. CAfile: none CRLfile: none",
    'GIT_TLS_FAILED',
  ],
  ["fatal: unable to access 'https://h/x/': SSL certificate problem: self-signed certificate", 'GIT_TLS_FAILED'],
  [
    "fatal: unable to access 'https://h/x/': gnutls_handshake() failed: An unexpected TLS packet was received.",
    'GIT_TLS_FAILED',
  ],
  [
    "fatal: unable to access 'https://h/x/': GnuTLS recv error (-12): A TLS fatal alert has been received.",
    'GIT_TLS_FAILED',
  ],
  [
    "fatal: unable to access 'https://h/x/': GnuTLS recv error (-110): The TLS connection was non-properly terminated.",
    'GIT_REMOTE_UNAVAILABLE',
  ],
  ["fatal: unable to access 'https://h/x/': The requested URL returned error: 301", 'GIT_REDIRECTED'],
  ["remote: Repository not found.\nfatal: repository 'https://h/x/' not found", 'GIT_NOT_FOUND'],
  ['ERROR: Repository not found.\nfatal: Could not read from remote repository.', 'GIT_NOT_FOUND'],
  [
    "fatal: '/srv/x' does not appear to be a git repository\nfatal: Could not read from remote repository.",
    'GIT_NOT_FOUND',
  ],
  [
    'remote: The project you were looking for could not be found or you do not have permission to view it.',
    'GIT_NOT_FOUND',
  ],
  ["fatal: couldn't find remote ref refs/heads/gone", 'GIT_BRANCH_MISSING'],
  ['fatal: remote error: upload-pack: not our ref 1111111111111111111111111111111111111111', 'GIT_COMMIT_MISSING'],
  ['fatal: bad object 1111111111111111111111111111111111111111', 'GIT_COMMIT_MISSING'],
  ['error: unable to write file: No space left on device', 'GIT_CACHE_UNUSABLE'],
  ["fatal: Unable to create '/c/x.lock': Permission denied", 'GIT_CACHE_UNUSABLE'],
  ['error: cannot run ssh: No such file or directory\nfatal: unable to fork', 'GIT_PROGRAM_MISSING'],
  ['Error: spawn /usr/bin/git ENOENT', 'GIT_PROGRAM_MISSING'],
  ['fatal: something nobody has seen before', 'GIT_FAILED'],
]

describe('errorOf', () => {
  it.each(cases)('%s → %s', (stderr, code) => {
    const error = errorOf('fetch from https://h/x', { code: 128, stderr })
    expect(error.code).toBe(code)
    expect(error.message).toMatch(/^fetch from https:\/\/h\/x: .{3,300}$/)
    expect(isCorruption({ code: 128, stderr })).toBe(false)
  })

  it('says how git ended when it said nothing', () => {
    expect(errorOf('fetch', { code: -1, stderr: '' }).message).toBe('fetch: git ended by a signal')
    expect(errorOf('fetch', { code: 1, stderr: '\n' }).message).toBe('fetch: git ended with 1')
  })
})

it.each([
  'error: object file objects/12/34 is empty\nfatal: loose object 1234 (stored in objects/12/34) is corrupt',
  'error: packfile ./objects/pack/pack-1.pack does not match index',
  'error: packfile ./objects/pack/pack-1.pack claims to have 3 objects while index indicates 4 objects\nfatal: bad object HEAD',
  'fatal: bad config line 1 in file config',
  'fatal: not a git repository: /cache/mirror',
  'error: refs/tagboat/ab does not point to a valid object!',
  'error: inflate: data stream error (incorrect header check)\nerror: unable to unpack 1234 header',
  'fatal: bad object header\nfatal: fetch-pack: invalid index-pack output',
  'fatal: unable to read tree 1111111111111111111111111111111111111111',
])('damage of the mirror: %s', (stderr) => expect(isCorruption({ code: 128, stderr })).toBe(true))

it.each([
  'remote: fatal: bad config line 1 in file config\nfatal: Could not read from remote repository.',
  'fatal: early EOF\nfatal: fetch-pack: invalid index-pack output',
  'error: inflate returned -3\nfatal: early EOF\nfatal: index-pack failed\nerror: RPC failed',
])('a cut line or a damaged remote is not damage of the mirror: %s', (stderr) => {
  expect(isCorruption({ code: 128, stderr })).toBe(false)
})

describe('excerpt', () => {
  it('keeps what matters, once, on one line', () => {
    const stderr =
      'remote: \nremote: GitLab: not allowed\nremote: GitLab: not allowed\r\nTo https://h/x\nhint: see the manual\nerror: failed to push some refs\n'
    expect(excerpt(stderr, 100)).toBe('GitLab: not allowed')
  })

  it('escapes control characters, cuts at the length and masks secrets', () => {
    const secret = new Secret('s3cr3t-canary')
    expect(secret.toString()).toBe('***')
    expect(excerpt('remote: \u001b[31mred\u0007', 100)).toBe('\\x1b[31mred\\x07')
    expect(excerpt('x'.repeat(50), 10)).toBe(`${'x'.repeat(10)}…`)
    expect(excerpt('remote: you sent s3cr3t-canary and https://u:p4ssword@h/', 100)).not.toMatch(/canary|p4ssword/)
  })
})
