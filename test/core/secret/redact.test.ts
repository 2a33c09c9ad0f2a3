import { describe, expect, it } from 'vitest'
import { quoteOutside } from '#core/error.ts'
import { Redactor } from '#core/secret/redact.ts'

const secret = 'pa$$/wörd "1"\n+x'
const b64 = (text: string): string => Buffer.from(text).toString('base64')
const b64url = (text: string): string => Buffer.from(text).toString('base64url')

function redactorOf(...values: readonly string[]): Redactor {
  const redactor = new Redactor()
  for (const value of values) redactor.register(value)
  return redactor
}

describe('redact', () => {
  it.each([
    { form: 'plain', text: `a ${secret} b`, masked: 'a *** b' },
    { form: 'without its line end', text: 'a pa$$/wörd "1" b', masked: 'a pa$$/wörd "1" b' },
    { form: 'percent-encoded', text: `a=${encodeURIComponent(secret)}&b`, masked: 'a=***&b' },
    { form: 'percent-encoded in lower case', text: encodeURIComponent(secret).toLowerCase(), masked: '***' },
    { form: 'percent-encoded throughout', text: percentAll(secret), masked: '***' },
    { form: 'percent-encoded twice', text: `x${encodeURIComponent(encodeURIComponent(secret))}y`, masked: 'x***y' },
    { form: 'as a form field', text: `p=${new URLSearchParams({ secret }).toString().slice(7)}`, masked: 'p=***' },
    { form: 'JSON', text: JSON.stringify({ secret }), masked: '{"secret":"***"}' },
    {
      form: 'JSON in JSON',
      text: JSON.stringify(JSON.stringify({ secret })),
      masked: String.raw`"{\"secret\":\"***\"}"`,
    },
    { form: 'JSON with all but ASCII escaped', text: ascii(JSON.stringify(secret)), masked: '"***"' },
    { form: 'escaped for a message', text: quoteOutside(`a ${secret} b`), masked: 'a *** b' },
    { form: 'base64', text: `auth ${b64(secret)} end`, masked: 'auth *** end' },
    { form: 'base64url', text: `auth ${b64url(secret)} end`, masked: 'auth *** end' },
    { form: 'base64 of user:pass', text: `auth ${b64(`user:${secret}`)} end`, masked: 'auth *** end' },
    { form: 'base64 of u:pass', text: `auth ${b64(`u:${secret}`)} end`, masked: 'auth *** end' },
    { form: 'base64 of us:pass', text: `auth ${b64url(`us:${secret}`)} end`, masked: 'auth *** end' },
    { form: 'base64 in a URL', text: `?a=${encodeURIComponent(b64(secret))}&b`, masked: '?a=***&b' },
    { form: 'twice', text: `${secret}${secret} ${secret}`, masked: '*** ***' },
    { form: 'at both ends', text: `${secret}-${secret}`, masked: '***-***' },
  ])('masks a value $form', ({ text, masked }) => {
    expect(redactorOf(secret).redact(text)).toBe(masked)
  })

  it('masks what two overlapping values cover together', () => {
    expect(redactorOf('abcdef', 'defghi').redact('xabcdefghix')).toBe('x***x')
  })

  it('masks a value within a longer one, and the longer one whole', () => {
    expect(redactorOf('secret', 'my-secret-is-long').redact('secret my-secret-is-long')).toBe('*** ***')
  })

  it('masks a value that a message cut off', () => {
    const redactor = redactorOf('s3cr3t-of-some-length')
    expect(redactor.redact(quoteOutside('token s3cr3t-of-some-length', 20))).toBe('token ***…')
    expect(redactor.redact('s3cr… s3cr3t… s3cr3t-of-some-length…')).toBe('s3cr… ***… ***…')
  })

  it('masks a single line of a key', () => {
    const key = '-----BEGIN X-----\nAAAAB3NzaC1yc2EAAAADAQAB\nc2hvcnQ=\n-----END X-----\n'
    expect(redactorOf(key).redact('bad line AAAAB3NzaC1yc2EAAAADAQAB')).toBe('bad line ***')
  })

  it('does not mask values below 6 bytes', () => {
    expect(redactorOf('main', '12345').redact('main 12345')).toBe('main 12345')
  })

  it('masks three characters that are 6 bytes', () => {
    expect(redactorOf('äöü').redact('=äöü=')).toBe('=***=')
  })

  it('masks what looks like a credential without knowing it', () => {
    expect(new Redactor().redact('https://u:p@host')).toBe('https://***@host')
  })

  it('forgets the oldest values beyond its limits, and those registered again last', () => {
    const redactor = new Redactor({ values: 2, characters: 100 })
    for (const value of ['first-value', 'second-value', 'first-value', 'third-value']) redactor.register(value)
    expect(redactor.redact('first-value second-value third-value')).toBe('*** second-value ***')
  })

  it('forgets the oldest values beyond so many characters', () => {
    const redactor = new Redactor({ values: 10, characters: 20 })
    for (const value of ['first-value', 'second-value']) redactor.register(value)
    expect(redactor.redact('first-value second-value')).toBe('first-value ***')
  })

  it('reads a long text among ten thousand values', () => {
    const redactor = redactorOf(...Array.from({ length: 10_000 }, (_, index) => `value-${index}-of-many`))
    const text = `${'value- %41 \\n'.repeat(20_000)}value-777-of-many`
    expect(redactor.redact(text).endsWith('***')).toBe(true)
  })
})

function percentAll(text: string): string {
  return Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
}

function ascii(text: string): string {
  return text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
