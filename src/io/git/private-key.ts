import { createPrivateKey, type KeyObject } from 'node:crypto'

/** What can be known of a private key without its passphrase. */
export interface PrivateKey {
  /** As OpenSSH names it: `rsa`, `ed25519`, `ecdsa`, `dsa`, …; `unknown` inside an encrypted PEM file. */
  readonly type: string
  /** Of an RSA modulus, where it can be read. */
  readonly bits: number | undefined
  readonly encrypted: boolean
}

/** Weaker RSA keys are refused by OpenSSH's own default of 2048 and by every large forge. */
const minRsaBits = 2048
const allowed = new Set(['rsa', 'ed25519', 'ecdsa', 'unknown'])

/** Reads a private key in OpenSSH or PEM format (PKCS#1, SEC1, PKCS#8); undefined if it is none. */
export function readPrivateKey(text: string): PrivateKey | undefined {
  const [, label = '', body = ''] = /-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([\s\S]+?)-----END /.exec(text) ?? []
  if (label === 'OPENSSH PRIVATE KEY') return readOpenSsh(Buffer.from(body, 'base64'))
  if (label === '') return undefined
  if (label.startsWith('ENCRYPTED ') || body.includes('Proc-Type: 4,ENCRYPTED')) {
    return { type: label.startsWith('RSA') ? 'rsa' : 'unknown', bits: undefined, encrypted: true }
  }
  return readPem(text)
}

/**
 * Why a key will not do, for a person ("an RSA key of 1024 bits; at least 2048 are asked"); undefined if it will.
 * A passphrase is looked for only where the key needs one.
 */
export function keyProblem(text: string, hasPassphrase: boolean): string | undefined {
  const key = readPrivateKey(text)
  if (key === undefined) return 'no private key in OpenSSH or PEM format'
  if (!allowed.has(key.type)) return `a key of type ${key.type}; use ed25519, ecdsa or rsa`
  if (key.bits !== undefined && key.bits < minRsaBits) {
    return `an RSA key of ${key.bits} bits; at least ${minRsaBits} are asked`
  }
  return key.encrypted && !hasPassphrase ? 'an encrypted key without its passphrase' : undefined
}

function readPem(text: string): PrivateKey | undefined {
  let key: KeyObject
  try {
    key = createPrivateKey(text)
  } catch {
    return undefined
  }
  const type = key.asymmetricKeyType === 'ec' ? 'ecdsa' : (key.asymmetricKeyType ?? 'unknown')
  return { type, bits: type === 'rsa' ? key.asymmetricKeyDetails?.modulusLength : undefined, encrypted: false }
}

/**
 * OpenSSH's own format (PROTOCOL.key): a magic, then cipher, kdf, kdf options, number of keys, public key. The public
 * part is never encrypted, so type and length are known in any case.
 */
function readOpenSsh(bytes: Buffer): PrivateKey | undefined {
  const magic = 'openssh-key-v1\0'
  if (!bytes.toString('latin1').startsWith(magic)) return undefined
  const [cipher, , , publicKey] = readFields(bytes, magic.length, ['field', 'field', 'field', 'count', 'field'])
  if (cipher === undefined || publicKey === undefined) return undefined
  const [algorithm, , modulus] = readFields(publicKey, 0, ['field', 'field', 'field'])
  const type = (algorithm?.toString('latin1') ?? '')
    .replace(/^ssh-/, '')
    .replace(/^ecdsa-.*/, 'ecdsa')
    .replace(/^dss$/, 'dsa')
  if (type === '') return undefined
  return {
    type,
    bits: type === 'rsa' ? bitLength(modulus) : undefined,
    encrypted: cipher.toString('latin1') !== 'none',
  }
}

/** Length-prefixed fields; a count is skipped. What is cut off is not there. */
function readFields(bytes: Buffer, start: number, shape: readonly ('field' | 'count')[]): readonly Buffer[] {
  const fields: Buffer[] = []
  let at = start
  for (const kind of shape) {
    if (at + 4 > bytes.length) return fields
    const length = kind === 'count' ? 0 : bytes.readUInt32BE(at)
    if (at + 4 + length > bytes.length) return fields
    if (kind === 'field') fields.push(bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return fields
}

function bitLength(modulus: Buffer | undefined): number | undefined {
  if (modulus === undefined) return undefined
  return BigInt(`0x${modulus.toString('hex') || '0'}`).toString(2).length
}
