import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'

/** A private key with its certificate, both PEM. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

/** A certificate authority that lives as long as the test. */
export interface Authority {
  /** Its own certificate, what a client must trust. */
  readonly cert: string
  /** A certificate for these DNS names and IPv4 addresses; `daysLeft` below 0: expired. */
  issue(names: readonly string[], daysLeft?: number): Certificate
}

/** Makes an authority. X.509 version 3 (RFC 5280), ECDSA on P-256 with SHA-256. */
export function makeAuthority(name = 'tagboat test authority'): Authority {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const isAuthority = extension('2.5.29.19', sequence(boolean(true)))
  const subject = { name, publicKey, daysLeft: 1, extensions: [isAuthority] }
  return {
    cert: certify(subject, name, privateKey),
    issue: (names, daysLeft = 1) => {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const extensions = [extension('2.5.29.17', sequence(...names.map(generalName)))]
      return {
        key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        cert: certify({ name: names[0] ?? '', publicKey: own.publicKey, daysLeft, extensions }, name, privateKey),
      }
    },
  }
}

interface Subject {
  readonly name: string
  readonly publicKey: KeyObject
  readonly daysLeft: number
  readonly extensions: readonly Buffer[]
}

function certify(subject: Subject, issuer: string, issuerKey: KeyObject): string {
  const day = 86_400_000
  const algorithm = sequence(objectId('1.2.840.10045.4.3.2'))
  const body = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([0x40]), randomBytes(8)])),
    algorithm,
    commonName(issuer),
    sequence(time(Date.now() - 30 * day), time(Date.now() + subject.daysLeft * day)),
    commonName(subject.name),
    subject.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...subject.extensions)),
  )
  const signature = bits(sign('sha256', body, issuerKey))
  const lines = sequence(body, algorithm, signature)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`
}

/** Distinguished encoding rules: type, length, value (X.690). */
function der(type: number, ...parts: readonly Uint8Array[]): Buffer {
  const value = Buffer.concat(parts)
  const { length } = value
  if (length < 0x80) return Buffer.concat([Buffer.from([type, length]), value])
  const digits = Buffer.from(length.toString(16).padStart(length > 0xff ? 4 : 2, '0'), 'hex')
  return Buffer.concat([Buffer.from([type, 0x80 | digits.length]), digits, value])
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, ...parts)
}

function tagged(position: number, part: Uint8Array): Buffer {
  return der(0xa0 | position, part)
}

function integer(bytes: Uint8Array): Buffer {
  return der(0x02, bytes)
}

function boolean(value: boolean): Buffer {
  return der(0x01, Buffer.from([value ? 0xff : 0]))
}

function bits(bytes: Uint8Array): Buffer {
  return der(0x03, Buffer.from([0]), bytes)
}

function time(at: number): Buffer {
  return der(0x18, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`))
}

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(objectId('2.5.4.3'), der(0x0c, Buffer.from(name)))))
}

function extension(id: string, value: Uint8Array): Buffer {
  return sequence(objectId(id), der(0x04, value))
}

/** DNS name [2] or IP address [7]. */
function generalName(name: string): Buffer {
  const numbers = name.split('.').map(Number)
  const isAddress = numbers.length === 4 && numbers.every((part) => Number.isInteger(part))
  return isAddress ? der(0x87, Buffer.from(numbers)) : der(0x82, Buffer.from(name))
}

function objectId(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

function base128(number: number): number[] {
  const digits = [number & 0x7f]
  for (let rest = number >>> 7; rest > 0; rest >>>= 7) digits.unshift((rest & 0x7f) | 0x80)
  return digits
}
