import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { planFile, type PlanFileInput } from '#core/rewrite/plan-file.ts'
import { splice, type Replacement } from '#core/rewrite/splice.ts'
import { needsQuotes } from '#core/yaml-quote.ts'

const marker = '# {"$imagepolicy": "apps:web:extract"}'

function inputOf(text: string, extract: string): PlanFileInput {
  const latestRef = { name: 'ghcr.io/acme/web', tag: '1.0.0' }
  return {
    path: 'a.yaml',
    text,
    markers: true,
    ownNamespace: 'apps',
    policies: new Map([['apps:web', { latestRef, extract, selected: true, visible: true }]]),
    targets: [],
    holds: new Map(),
  }
}

const sign = fc.constantFrom(...'abz019._:/@+-'.split(''))
/** What a policy may write: short, so that numbers, dates and words of YAML are met. */
const value = fc.oneof(
  fc.array(sign, { minLength: 1, maxLength: 8 }).map((signs) => signs.join('')),
  fc.constantFrom('true', 'no', '1.10', '0x1F', '2024-01-01', '12:30', 'null', '1e3', 'latest', 'ghcr.io/a/b:1.2.3'),
)

const lineEnd = fc.constantFrom('\n', '\n', '\r\n')
const word = fc.constantFrom(
  'x',
  '1.9',
  'nginx:1',
  '"q"',
  "'s'",
  '~',
  '!!int 5',
  '&a v',
  '"multi\n    line"',
  '"\u00c3\u00a4"',
  '\u00e9\u00a0',
)
const comment = fc.constantFrom('', ` ${marker}`, ` ${marker}`, `\t${marker} `, ' # c')

/** A line or two, in the shapes of configuration files, broken ones included. */
const piece = fc.oneof(
  fc.tuple(word, comment).map(([text, end]) => `k: ${text}${end}\n`),
  fc.tuple(word, comment).map(([text, end]) => `- ${text}${end}\n`),
  fc.tuple(word, comment).map(([text, end]) => `k:\n  - a: 1\n    b: ${text}${end}\n`),
  fc
    .tuple(fc.constantFrom('|', '>-', '|+', '|2'), comment)
    .map(([header, end]) => `k: ${header}${end}\n  text\n\n   more\n`),
  fc.tuple(word, comment, comment).map(([text, one, two]) => `k: [\n  ${text},${one}\n  b${two}\n]\n`),
  comment.map((text) => `${text.trim()}\n`),
  fc.constantFrom(
    '\n',
    '---\n',
    '...\n',
    '# c\n',
    '{{ if .x }}\n',
    'k: {a: b}\n',
    'k: [\n',
    ' bad\n',
    '\u00ff\u00fe\n',
    'k: *a\n',
    '%YAML 1.1\n',
  ),
)

const file = fc
  .tuple(fc.constantFrom('', '\u00ef\u00bb\u00bf'), fc.array(fc.tuple(piece, lineEnd), { maxLength: 12 }), fc.boolean())
  .map(([mark, pieces, ends]) => {
    const text = mark + pieces.map(([lines, end]) => lines.replaceAll('\n', end)).join('')
    return ends ? text : text.replace(/\r?\n$/, '')
  })

/** Every comment of a text, with the blanks before it. */
function comments(text: string): readonly string[] {
  return text.match(/[ \t]+#[^\r\n]*/g) ?? []
}

describe('planFile', () => {
  it('changes the edited lines only, reads back what it wrote, and is then content', () => {
    fc.assert(
      fc.property(file, value, (text, extract) => {
        const change = planFile(inputOf(text, extract))
        expect(change.skipped.filter(({ code }) => code === 'verify-failed')).toEqual([])
        const after = change.text ?? text
        expect(change.text === undefined).toBe(change.edits.length === 0)
        const again = planFile(inputOf(after, extract))
        expect(again.edits).toEqual([])
        expect(again.found.length).toBe(change.found.length)
        for (const { ordinal, to } of change.edits) expect(again.found[ordinal]?.value).toBe(to)
        const edited = new Set(change.edits.map(({ ordinal }) => ordinal))
        const untouched = change.found.filter(({ ordinal }) => !edited.has(ordinal))
        expect(untouched.map(({ value: now }) => now)).toEqual(
          untouched.map(({ ordinal }) => again.found[ordinal]?.value),
        )
      }),
      { numRuns: 1500 },
    )
  })

  it('keeps every byte outside of the values', () => {
    fc.assert(
      fc.property(file, value, (text, extract) => {
        const change = planFile(inputOf(text, extract))
        const after = change.text ?? text
        expect(comments(after)).toEqual(comments(text))
        expect(after.startsWith('\u00ef\u00bb\u00bf')).toBe(text.startsWith('\u00ef\u00bb\u00bf'))
        // Where every edit stays on its line, all other lines are the same lines.
        const [before, now] = [text.split('\n'), after.split('\n')]
        const edited = new Set(change.edits.map(({ line }) => line - 1))
        const others = before.filter((_, index) => !edited.has(index))
        const kept = now.filter((_, index) => !edited.has(index))
        expect(before.length === now.length && !/[|>"]/.test(text) ? kept : others).toEqual(others)
      }),
      { numRuns: 1000 },
    )
  })

  it('leaves a text of arbitrary bytes whole, but for its values', () => {
    const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array).toString('latin1'))
    fc.assert(
      fc.property(bytes, bytes, value, (head, tail, extract) => {
        const text = `${head}\nk: v ${marker}\n${tail}`
        const change = planFile(inputOf(text, extract))
        const written = needsQuotes(extract) ? `"${extract}"` : extract
        expect([text, `${head}\nk: ${written} ${marker}\n${tail}`]).toContain(change.text ?? text)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('splice', () => {
  it('can be undone', () => {
    const cuts = fc.uniqueArray(fc.nat(40), { maxLength: 8 }).map((list) => list.toSorted((a, b) => a - b))
    fc.assert(
      fc.property(
        fc.string({ minLength: 41, maxLength: 60 }),
        cuts,
        fc.array(fc.string({ maxLength: 5 }), { minLength: 4, maxLength: 4 }),
        (text, places, texts) => {
          const replacements: Replacement[] = texts.flatMap((piece_, index) => {
            const [start, end] = [places[2 * index], places[2 * index + 1]]
            return start === undefined || end === undefined ? [] : [{ start, end, text: piece_ }]
          })
          let grown = 0
          const back = replacements.map(({ start, end, text: piece_ }) => {
            const from = start + grown
            grown += piece_.length - (end - start)
            return { start: from, end: from + piece_.length, text: text.slice(start, end) }
          })
          expect(splice(splice(text, replacements), back)).toBe(text)
        },
      ),
    )
  })
})

describe('needsQuotes', () => {
  it('leaves plain only what every reader takes for that string', () => {
    fc.assert(
      fc.property(value, (text) => {
        // The package takes `.`, `e5`, `0b_` and the like for numbers of YAML 1.1, which they are not.
        fc.pre(!needsQuotes(text) && !/_|^[-+]?\.*(?:[eE].*)?$/.test(text))
        for (const version of ['1.1', '1.2'] as const) {
          const document = parseDocument(`k: ${text} # c`, { version })
          expect(document.errors).toEqual([])
          expect(document.toJS()).toEqual({ k: text })
        }
      }),
      { numRuns: 3000 },
    )
  })
})
