import { createTwoFilesPatch, FILE_HEADERS_ONLY, formatPatch } from 'diff'

/** One file of a diff: its path from the root, and its text before and after, both decoded alike. */
export interface ChangedText {
  readonly path: string
  readonly before: string
  readonly after: string
}

/** Lines that a diff may tell apart; comparing goes with the square of it. */
const maxEdits = 2000

/**
 * The change of one file as Git prints it: `--- a/PATH`, `+++ b/PATH` and hunks with three lines of context. Ends with
 * a line break; empty if nothing changed. A CR before a line's LF belongs to the line. Texts that differ in very many
 * lines are shown as replaced as a whole.
 */
export function unifiedDiff({ path, before, after }: ChangedText): string {
  if (before === after) return ''
  const options = { context: 3, maxEditLength: maxEdits, headerOptions: FILE_HEADERS_ONLY }
  const patch = createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, options)
  return patch ?? wholeDiff({ path, before, after })
}

function wholeDiff({ path, before, after }: ChangedText): string {
  const [oldLines, newLines] = [linesOf(before), linesOf(after)]
  const hunk = {
    oldStart: 1,
    oldLines: oldLines.length,
    newStart: 1,
    newLines: newLines.length,
    lines: [...oldLines.flatMap((line) => signed('-', line)), ...newLines.flatMap((line) => signed('+', line))],
  }
  const names = { oldFileName: `a/${path}`, newFileName: `b/${path}`, oldHeader: undefined, newHeader: undefined }
  return formatPatch({ ...names, hunks: [hunk] }, FILE_HEADERS_ONLY)
}

/** Lines with their line breaks. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

function signed(sign: '-' | '+', line: string): readonly string[] {
  return line.endsWith('\n') ? [sign + line.slice(0, -1)] : [sign + line, '\\ No newline at end of file']
}
