import { describe, expect, it } from 'vitest'
import { AppError } from '#core/error.ts'
import { parseRemoteUrl } from '#core/secret/remote-url.ts'
import { redact } from '#core/secret/redact.ts'
import { Secret } from '#core/secret/secret.ts'
import type { Log } from '#flow/ports.ts'
import { childLog, openLog, teeLog, type LogOptions } from '#io/log.ts'

const now = Date.UTC(2026, 10, 24, 9, 41, 7, 120)

/** What a log writes when `use` logs to it. */
function written(use: (log: Log) => void, options: Partial<LogOptions> = {}): string {
  let text = ''
  const stream = { write: (more: string) => (text += more) }
  use(openLog({ level: 'debug', format: 'text', stream, color: false, redact, now: () => now, ...options }))
  return text
}

const secret = new Secret('log-canary-value')
const values = {
  word: 'ghcr.io',
  blank: 'two words',
  empty: '',
  number: 12,
  yes: true,
  nothing: null,
  absent: undefined,
  big: 12n,
  list: ['a', 1, ['b']],
  set: new Set(['c']),
  map: new Map([['k', 'v']]),
  date: new Date(now),
  bytes: new Uint8Array(3),
  run: () => 1,
  secret,
  url: parseRemoteUrl('https://u:log-canary-value@host/a', 'url', ['https']),
  error: new AppError('USAGE_INVALID', 'no log-canary-value', {
    hint: 'see log-canary-value',
    cause: new AppError('INTERNAL', 'deep'),
  }),
  headers: { authorization: 'Bearer x' },
  nested: { token: 'abc', plain: 'log-canary-value', 'log-canary-value': 1 },
}

describe('text', () => {
  it('is a line an event, in UTC', () => {
    expect(written((log) => log.warn('kept the last result', { host: 'ghcr.io', tags: 12 }))).toBe(
      '09:41:07.120 warn  kept the last result host=ghcr.io tags=12\n',
    )
  })

  it('prints every kind of field, without secrets', () => {
    const line = written((log) => log.info('all', values))
    expect(
      line
        .trimEnd()
        .split(/ (?=[a-z]+=)/)
        .slice(1),
    ).toEqual([
      'word=ghcr.io',
      'blank="two words"',
      'empty=""',
      'number=12',
      'yes=true',
      'nothing=null',
      'big=12',
      'list=["a",1,["b"]]',
      'set=["c"]',
      'map={"k":"v"}',
      'date=2026-11-24T09:41:07.120Z',
      'bytes="[3 bytes]"',
      'secret=***',
      'url=https://***@host/a',
      expect.stringMatching(
        /^error=\{"code":"USAGE_INVALID","hint":"see \*\*\*","message":"no \*\*\*","cause":\{"code":"INTERNAL",.*"message":"deep"\}\}$/,
      ),
      'headers=***',
      'nested={"token":"***","plain":"***","***":1}',
    ])
  })

  it('keeps an event on its line and a terminal in peace', () => {
    const line = written((log) => log.error('a\nb\u001b[31m\u2028', { 'k\n': 'c\td\u009b' }))
    expect(line).toBe(String.raw`09:41:07.120 error a\nb\u001b[31m\u2028 k\n="c\td\u009b"` + '\n')
  })

  it.each([
    { level: 'debug', words: ['debug', 'info', 'warn', 'error'] },
    { level: 'info', words: ['info', 'warn', 'error'] },
    { level: 'warn', words: ['warn', 'error'] },
    { level: 'error', words: ['error'] },
  ] as const)('writes $words at level $level', ({ level, words }) => {
    for (const format of ['text', 'json'] as const) {
      const text = written((log) => (['error', 'warn', 'info', 'debug'] as const).map((at) => log[at]('x')), {
        level,
        format,
      })
      expect(new Set(text.match(/debug|info|warn|error/g))).toEqual(new Set(words))
    }
  })

  it('colours the level if asked', () => {
    expect(written((log) => log.error('x'), { color: true })).toBe('09:41:07.120 \u001b[31merror\u001b[39m x\n')
  })
})

describe('JSON', () => {
  it('is an object a line', () => {
    const text = written((log) => log.info('all', { ...values, level: 'mine', message: 'too' }), { format: 'json' })
    expect(text.endsWith('\n')).toBe(true)
    expect(JSON.parse(text)).toEqual({
      level: 'info',
      time: '2026-11-24T09:41:07.120Z',
      message: 'all',
      level_: 'mine',
      message_: 'too',
      word: 'ghcr.io',
      blank: 'two words',
      empty: '',
      number: 12,
      yes: true,
      nothing: null,
      big: '12',
      list: ['a', 1, ['b']],
      set: ['c'],
      map: { k: 'v' },
      date: '2026-11-24T09:41:07.120Z',
      bytes: '[3 bytes]',
      secret: '***',
      url: 'https://***@host/a',
      error: {
        code: 'USAGE_INVALID',
        hint: 'see ***',
        message: 'no ***',
        cause: expect.objectContaining({ code: 'INTERNAL', message: 'deep' }),
      },
      headers: '***',
      nested: { token: '***', plain: '***', '***': 1 },
    })
  })

  it('keeps the stack of an error that is a defect', () => {
    const text = written((log) => log.error('x', { error: new TypeError('log-canary-value is no function') }), {
      format: 'json',
    })
    expect(JSON.parse(text)).toMatchObject({
      error: {
        name: 'TypeError',
        message: '*** is no function',
        stack: expect.stringContaining('TypeError: *** is no function\n'),
      },
    })
  })

  it('cuts what is endless', () => {
    const endless: Record<string, unknown> = {
      long: 'x'.repeat(10_000),
      many: Array.from({ length: 1000 }, (_, index) => index),
    }
    endless['self'] = endless
    const text = written((log) => log.info('x', { endless }), { format: 'json' })
    const { self, long, many } = JSON.parse(text).endless
    expect(long).toHaveLength(8192)
    expect(many).toHaveLength(101)
    expect(self.self.self).toEqual({ long: expect.any(String), many: '[…]', self: '[…]' })
  })

  it('takes a field named like a part of an object for a field', () => {
    const text = written(
      (log) =>
        log.info('x', {
          map: new Map([
            ['toString', 'a'],
            ['constructor', 'b'],
          ]),
        }),
      { format: 'json' },
    )
    expect(text).toContain('"map":{"toString":"a","constructor":"b"}')
  })
})

describe('a log of something', () => {
  it('carries its fields on every line, unless the line knows better', () => {
    const text = written((log) => {
      const child = childLog(childLog(log, { kind: 'ImagePolicy', name: 'web' }), { job: 'select/7' })
      child.debug('a')
      child.warn('b', { name: 'api' })
    })
    expect(text).toBe(
      '09:41:07.120 debug a kind=ImagePolicy name=web job=select/7\n' +
        '09:41:07.120 warn  b kind=ImagePolicy name=api job=select/7\n',
    )
  })

  it('tells somebody else what is worth an explanation, even where it is not written', () => {
    const told: string[] = []
    const text = written(
      (log) => {
        const tee = teeLog(log, (message) => told.push(message))
        for (const level of ['debug', 'info', 'warn', 'error'] as const) tee[level](level, { n: 1 })
      },
      { level: 'error' },
    )
    expect(told).toEqual(['info', 'warn', 'error'])
    expect(text).toBe('09:41:07.120 error error n=1\n')
  })
})
