import { spawnSync } from 'node:child_process'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { isBranchName, isRefName } from '#core/commit/ref-name.ts'

/** Characters and pieces that git treats specially come up often; arbitrary text fills the rest. */
const piece = fc.oneof(
  fc.constantFrom(
    '.',
    '..',
    '/',
    '//',
    '-',
    '@',
    '@{',
    '{',
    '~',
    '^',
    ':',
    '?',
    '*',
    '[',
    '\\',
    ' ',
    '.lock',
    'HEAD',
    'a',
    'main',
  ),
  fc.constantFrom('refs/', 'heads/', '\u007f', '\t', '\n', 'é', '日', '+', '#', "'", '"', '$(x)', '%', '&', '=', ';'),
  // A NUL cannot be handed to a program, and a lone surrogate is not text.
  fc.string({ unit: 'grapheme', maxLength: 3 }).filter((text) => !text.includes('\0')),
)
const name = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''))

const gitAccepts = (...args: string[]): boolean => spawnSync('git', ['check-ref-format', ...args]).status === 0

it('agrees with git check-ref-format on full names', () => {
  fc.assert(
    fc.property(name, (text) => {
      expect(isRefName(`refs/${text}`)).toBe(gitAccepts(`refs/${text}`))
    }),
    { numRuns: 1000 },
  )
})

it('agrees with git check-ref-format --branch on short names', () => {
  fc.assert(
    fc.property(name, (text) => {
      expect(isBranchName(text)).toBe(gitAccepts('--branch', text))
    }),
    { numRuns: 1000 },
  )
})

it('never accepts a name that could leave its folder, be an option or hide a control character', () => {
  fc.assert(
    fc.property(fc.oneof(name, fc.string({ unit: 'binary' })), (text) => {
      if (!isBranchName(text)) return
      expect(text).not.toMatch(/^-|(^|\/)\.\.?(\/|$)|[\u0000-\u0020\u007f]/)
    }),
    { numRuns: 5000 },
  )
})
