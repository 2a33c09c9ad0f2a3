import { styleText } from 'node:util'
import { pino } from 'pino'
import { isAppError } from '#core/error.ts'
import type { Log } from '#flow/ports.ts'

/** Least severe first. */
type LogLevel = 'debug' | 'info' | 'warn' | 'error'

const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

/** How a log is written. */
export interface LogOptions {
  /** The least severe level that is written. */
  readonly level: LogLevel
  /** `text` for people, a line an event; `json` for programs, an object a line. */
  readonly format: 'text' | 'json'
  /** Where to; results are on stdout, so this is stderr. */
  readonly stream: { write(text: string): unknown }
  /** Levels in colour (text only). */
  readonly color: boolean
  /** Takes secrets out of every text that is written, keys of fields excepted. */
  readonly redact: (text: string) => string
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** Names of fields that carry credentials by their nature; they are never logged, whatever the caller does. */
const closedFields = ['headers', 'authorization', 'env', 'environment', 'args', 'argv', 'password', 'token', 'secret']

/** Lists and nested objects beyond these are cut: a log line is no dump. */
const maxDepth = 5
const maxEntries = 100
const maxText = 8192

/** Opens a log on a stream. Nothing is buffered: what was logged before a crash is there. */
export function openLog(options: LogOptions): Log {
  const write = options.format === 'json' ? jsonWriter(options) : textWriter(options)
  const at =
    (level: LogLevel): Log['info'] =>
    (message, fields = {}) => {
      if (levels.indexOf(level) < levels.indexOf(options.level)) return
      write(level, options.redact(message), plainFields(fields, options.redact))
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** The log, each of whose lines carries these fields too; a line's own field of the same name wins. */
export function childLog(log: Log, fields: Readonly<Record<string, unknown>>): Log {
  const at =
    (level: LogLevel): Log['info'] =>
    (message, own = {}) =>
      log[level](message, { ...fields, ...own })
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** The log, whose messages from `info` on are also told to somebody else, whatever level is written. */
export function teeLog(log: Log, sink: (message: string) => void): Log {
  const at =
    (level: LogLevel): Log['info'] =>
    (message, fields) => {
      if (level !== 'debug') sink(message)
      log[level](message, fields)
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

type Write = (level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>) => void

function jsonWriter(options: LogOptions): Write {
  const logger = pino(
    {
      level: options.level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${new Date(options.now()).toISOString()}"`,
      formatters: { level: (level) => ({ level }) },
      // A second net: `plainFields` has already closed these at every depth.
      redact: { paths: closedFields.flatMap((name) => [name, `*.${name}`]), censor: '***' },
    },
    options.stream,
  )
  // Names of ours would stand twice in the object.
  const reserved = new Set(['level', 'time', 'message'])
  return (level, message, fields) => {
    const named = Object.entries(fields).map(([key, value]) => [reserved.has(key) ? `${key}_` : key, value])
    logger[level](Object.fromEntries(named), message)
  }
}

const colors = { debug: 'gray', info: 'cyan', warn: 'yellow', error: 'red' } as const

/** `09:41:07.120 warn  kept the last result host=ghcr.io tags=12`, in UTC. */
function textWriter(options: LogOptions): Write {
  return (level, message, fields) => {
    const time = new Date(options.now()).toISOString().slice(11, 23)
    const word = level.padEnd(5)
    const shown = options.color ? styleText(colors[level], word, { validateStream: false }) : word
    const pairs = Object.entries(fields).map(([key, value]) => ` ${oneLine(key)}=${textOf(value)}`)
    options.stream.write(`${time} ${shown} ${oneLine(message)}${pairs.join('')}\n`)
  }
}

/** Words stand as they are; what holds blanks, quotes or structure stands as JSON. */
function textOf(value: unknown): string {
  return typeof value === 'string' && /^[^\s"'=\u0000-\u001f\u007f-\u009f]+$/.test(value)
    ? value
    : oneLine(JSON.stringify(value))
}

/** An event is one line, and no text from outside moves the cursor of a terminal. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => {
    const code = character.charCodeAt(0)
    return code === 10 ? '\\n' : `\\u${code.toString(16).padStart(4, '0')}`
  })
}

type Redact = LogOptions['redact']

function plainFields(fields: Readonly<Record<string, unknown>>, redact: Redact): Record<string, unknown> {
  const entries = Object.entries(fields).map(([key, value]) => [key, closed(key) ? '***' : plain(value, redact, 1)])
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function closed(name: string): boolean {
  return closedFields.includes(name.toLowerCase())
}

/** Any value as plain JSON with redacted texts. */
function plain(value: unknown, redact: Redact, depth: number): unknown {
  if (typeof value === 'string') return redact(value).slice(0, maxText)
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value
  if (typeof value !== 'object') return typeof value === 'bigint' ? String(value) : undefined
  if (value instanceof Error) return plainError(value, redact, depth)
  if (value instanceof Date) return value.toISOString()
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`
  // What knows its printed form, such as a Secret or a RemoteUrl, gives it.
  if ('toJSON' in value && typeof value.toJSON === 'function') return plain(value.toJSON(), redact, depth)
  if (depth >= maxDepth) return '[…]'
  if (value instanceof Map) return plainEntries(value, redact, depth)
  if (Symbol.iterator in value) return plainList(value as Iterable<unknown>, redact, depth)
  return plainEntries(Object.entries(value), redact, depth)
}

function plainError(error: Error, redact: Redact, depth: number): unknown {
  const own = isAppError(error) ? { code: error.code, hint: error.hint } : { name: error.name }
  // The stack of an error of ours leads to where it was thrown on purpose; any other's is needed to find the defect.
  const more = isAppError(error) ? {} : { stack: error.stack }
  const cause = error.cause === undefined || depth >= maxDepth ? {} : { cause: error.cause }
  return plainEntries(Object.entries({ ...own, message: error.message, ...more, ...cause }), redact, depth)
}

function plainList(values: Iterable<unknown>, redact: Redact, depth: number): unknown {
  const list: unknown[] = []
  for (const value of values) {
    if (list.length === maxEntries) return [...list, '…']
    list.push(plain(value, redact, depth + 1))
  }
  return list
}

function plainEntries(entries: Iterable<readonly [unknown, unknown]>, redact: Redact, depth: number): unknown {
  const object: Record<string, unknown> = {}
  for (const [key, value] of entries) {
    if (Object.keys(object).length === maxEntries) break
    const name = redact(String(key))
    Object.defineProperty(object, name, {
      value: closed(name) ? '***' : plain(value, redact, depth + 1),
      enumerable: true,
    })
  }
  return object
}
