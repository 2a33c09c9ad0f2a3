import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8Length } from '#core/bytes.ts'
import { sampleEdits } from '#core/commit/message-sample.ts'
import { messageData } from '#core/commit/message-data.ts'
import { isAppError } from '#core/error.ts'
import { defaultLimits } from '#core/template/budget.ts'
import { templateFunctions } from '#core/template/functions.ts'
import { parseTemplate } from '#core/template/template.ts'
import type { ParameterType } from '#core/template/value.ts'
import { systemHashes } from '#io/hash.ts'

const data = messageData({ automation: { namespace: 'a', name: 'b' }, values: { x: 'y' }, updateRoot: '' }, sampleEdits)

/** What is wrong with how a template ends: it has to give a text within its limit, or an error that a user can read. */
function problem(text: string): string | undefined {
  try {
    const output = parseTemplate(text, { name: 'm', hashes: systemHashes }).render(data)
    return utf8Length(output) > defaultLimits.text ? `${utf8Length(output)} bytes` : undefined
  } catch (error) {
    if (!isAppError(error)) return `not our error: ${String(error)}`
    const isReadable = /^template: m:[0-9]+:.*[^ ]/.test(error.message)
    const isCrash = /\p{Cc}|undefined(?! variable)|\[object|TypeError/u.test(error.message)
    return error.code === 'COMMIT_TEMPLATE_INVALID' && isReadable && !isCrash ? undefined : error.message
  }
}

const pieces = fc.constantFrom(
  '{{',
  '}}',
  '{{-',
  '-}}',
  ' ',
  '\n',
  '.',
  '$',
  '$x',
  ':=',
  '=',
  '|',
  '(',
  ')',
  ',',
  '"',
  '`',
  "'a'",
  '"s"',
  '1',
  '-2.5',
  '0x',
  'nil',
  'true',
  'if ',
  'else ',
  'end',
  'range ',
  'with ',
  'define "d"',
  'template "d"',
  'block "b" .',
  'break',
  'continue',
  '/*',
  '*/',
  '.Values.x',
  '.Changed.Changes',
  'print ',
  'upper ',
  'é',
  '\\',
  '\u0000',
)

const literals = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => JSON.stringify(text)),
  fc.constantFrom(
    '"a,b"',
    '"[a-z]*"',
    '"v1.2.3"',
    '"{\\"a\\":[1]}"',
    '"%[2]*.[1]*f%s%q"',
    '(repeat 3000 "ab")',
    '(until 500)',
  ),
  fc.integer({ min: -5, max: 200_000 }).map(String),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => (value.toString().includes('e') ? '1.5' : String(value))),
  fc.constantFrom(
    'nil',
    'true',
    '.',
    '$',
    '.Values',
    '.Changed.Changes',
    '.Changed.Objects',
    '(list 1 "a" nil)',
    '(dict "a" 1)',
    '(dict "a" (dict "b" 1))',
  ),
)

const ofType: Readonly<Partial<Record<ParameterType, fc.Arbitrary<string>>>> = {
  string: fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => JSON.stringify(text)),
    literals,
  ),
  int: fc.oneof(fc.integer({ min: -3, max: 1_000_000 }).map(String), literals),
}

/** A call of any function with arguments that mostly fit. */
const call = fc.constantFrom(...templateFunctions).chain(([name, { parameters, variadic }]) => {
  const fixed = parameters.map((type) => ofType[type] ?? literals)
  const rest = variadic === undefined ? fc.constant([]) : fc.array(ofType[variadic] ?? literals, { maxLength: 4 })
  return fc.tuple(fc.tuple(...fixed), rest).map(([first, more]) => [name, ...first, ...more].join(' '))
})

describe('templates', () => {
  it('A17: of any text end within their limits or with an error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(problem(text)).toBeUndefined()
      }),
      { numRuns: 1000 },
    )
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 40 }).map((all) => all.join('')),
        (text) => {
          expect(problem(text)).toBeUndefined()
        },
      ),
      { numRuns: 3000 },
    )
  })

  it('A17: of any calls end within their limits or with an error', () => {
    const pipeline = fc.array(call, { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(pipeline, (calls) => {
        expect(problem(`{{ ${calls.join(' | ')} }}`)).toBeUndefined()
        const items = calls.map((text) => `(${text})`).join(' ')
        expect(problem(`{{ range $i, $x := list ${items} }}{{ $i }}{{ $x }}{{ end }}`)).toBeUndefined()
      }),
      { numRuns: 2000 },
    )
  })

  it('A17: of what grows from round to round end within their limits or with an error', () => {
    fc.assert(
      fc.property(call, (text) => {
        const grown = text.replace(/ (\S+)$/, ' $x')
        expect(problem(`{{ $x := ${text} }}{{ range 200 }}{{ $x = ${grown} }}{{ end }}{{ $x }}`)).toBeUndefined()
      }),
      { numRuns: 500 },
    )
  })

  it('give the same text twice', () => {
    fc.assert(
      fc.property(call, (text) => {
        const once = (): string => {
          try {
            return parseTemplate(`{{ ${text} }}`, { name: 'm', hashes: systemHashes }).render(data)
          } catch (error) {
            return String(error)
          }
        }
        expect(once()).toBe(once())
      }),
      { numRuns: 500 },
    )
  })
})
