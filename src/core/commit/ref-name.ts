import { AppError, quoteOutside } from '../error.ts'

/** Refs travel in URLs, file names and log lines; longer ones are refused rather than cut. */
const maxBytes = 255

/** What git forbids anywhere in a ref: control characters, blank, `~ ^ : ? * [ \`, `..`, `@{` and empty components. */
const forbidden = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\//
/** A component may not begin with a dot nor end in `.lock`; the whole may not begin or end with `/` nor end with a dot. */
const misplaced = /^\/|\/$|\.$|(^|\/)\.|\.lock(\/|$)/

/**
 * Is this a full ref name such as `refs/heads/main`, by the rules of `git check-ref-format`? Anything outside `refs/`
 * is not, so that no pseudo-ref (`HEAD`) and no option can be written by one.
 */
export function isRefName(text: string): boolean {
  return text.startsWith('refs/') && isWellFormed(text)
}

/** Is this a short branch name such as `main` or `feature/x`, by the rules of `git check-ref-format --branch`? */
export function isBranchName(text: string): boolean {
  return text !== '' && text !== 'HEAD' && !text.startsWith('-') && isWellFormed(`refs/heads/${text}`)
}

/**
 * A full ref name as given; `field` names it in the message. `GIT_REF_INVALID` if git would refuse it, or if it is
 * longer than 255 bytes.
 */
export function parseRefName(text: string, field: string): string {
  if (!isRefName(text) || isTooLong(text)) throw refused(text, field, 'a full ref name such as refs/heads/main')
  return text
}

/**
 * The full name of a branch given by its short or full name: `main` and `refs/heads/main` are both `refs/heads/main`.
 * `GIT_REF_INVALID` if git would refuse the branch, or if its full name is longer than 255 bytes.
 */
export function parseBranch(text: string, field: string): string {
  const short = shortBranch(text)
  const full = `refs/heads/${short}`
  if (!isBranchName(short) || isTooLong(full)) throw refused(text, field, 'a branch name such as main or team/update')
  return full
}

/** `refs/heads/main` → `main`; any other text stays as it is. */
export function shortBranch(ref: string): string {
  return ref.replace(/^refs\/heads\//, '')
}

function isWellFormed(text: string): boolean {
  return !forbidden.test(text) && !misplaced.test(text)
}

function isTooLong(text: string): boolean {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes > maxBytes
}

function refused(text: string, field: string, expected: string): AppError {
  return new AppError('GIT_REF_INVALID', `${field}: expected ${expected}, got ${JSON.stringify(quoteOutside(text))}`)
}
