import { posix } from 'node:path'

/** A fenced block of a document: language, text, and the line of its first line of text. */
export interface Block {
  readonly language: string
  readonly text: string
  readonly line: number
}

/** A command line of ours as a document shows it: the words after `tagboat`. */
export interface CommandLine {
  readonly line: number
  readonly words: readonly string[]
}

/** What a command takes. */
export interface KnownCommand {
  readonly name: string
  /** Long and short flags, e.g. `--file`, `-f`. */
  readonly flags: readonly string[]
}

/** The fenced blocks of a Markdown text, in order. */
export function findBlocks(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/^( *)```(\w*)[^\n]*\n([\s\S]*?)^\1```$/gm)].map((match) => ({
    language: match[2] ?? '',
    text: match[3] ?? '',
    line: lineAt(markdown, match.index) + 1,
  }))
}

/** Links whose file or heading does not exist, as `line: target`; addresses of other sites are not followed. */
export function brokenLinks(
  path: string,
  markdown: string,
  read: (path: string) => string | undefined,
): readonly string[] {
  const prose = withoutBlocks(markdown)
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap((match) => {
    const target = match[1] ?? ''
    if (/^[a-z]+:/.test(target)) return []
    const [file = '', heading] = target.split('#', 2)
    const text = file === '' ? markdown : read(posix.join(posix.dirname(path), file))
    const found = text !== undefined && (heading === undefined || headings(text).has(heading))
    return found ? [] : [`${path}:${lineAt(prose, match.index)}: ${target} leads nowhere`]
  })
}

/** Command lines of ours in blocks of shell and in `inline code`; continued lines are joined. */
export function findCommandLines(markdown: string): readonly CommandLine[] {
  const shell = findBlocks(markdown).filter(({ language }) => language === 'sh' || language === 'console')
  const inBlocks = shell.flatMap(({ text, line }) =>
    [...text.replaceAll('\\\n', '  ').matchAll(/^.*$/gm)].map((match) => ({
      line: line + lineAt(text, match.index) - 1,
      text: match[0],
    })),
  )
  const prose = withoutBlocks(markdown)
  const inline = [...prose.matchAll(/`((?:npx )?tagboat [^`\n]+)`/g)].map((match) => ({
    line: lineAt(prose, match.index),
    text: match[1] ?? '',
  }))
  return [...inBlocks, ...inline].flatMap(({ line, text }) => commandsIn(text).map((words) => ({ line, words })))
}

/** Why a command line is none; undefined if command and flags exist. `…` and `<x>` stand for anything. */
export function commandProblem(words: readonly string[], commands: readonly KnownCommand[]): string | undefined {
  const [name = '', ...rest] = words
  if (name.startsWith('-')) return ['--version', '-V', '--help', '-h'].includes(name) ? undefined : `no flag ${name}`
  if (/^[<…]/.test(name)) return undefined
  const command = commands.find((known) => known.name === name)
  if (command === undefined) return `no command ${name}`
  const known = new Set([...command.flags, '--help', '-h'])
  const flag = rest
    .filter((word) => /^--?[a-zA-Z]/.test(word))
    .map((word) => word.split('=', 1)[0] ?? word)
    .find((word) => !known.has(word))
  return flag === undefined ? undefined : `${name} has no flag ${flag}`
}

/** The words after each `tagboat` of a line of shell; pipes, comments, prompts and substitutions end or start one. */
function commandsIn(line: string): readonly (readonly string[])[] {
  const words = [...line.matchAll(/'[^']*'|"[^"]*"|[|;&()#>]+|[^\s|;&()'"]+/g)].map((match) => match[0])
  const commands: string[][] = []
  let current: string[] | undefined
  for (const word of words) {
    if (word.startsWith('#')) break
    if (/^[|;&()>]/.test(word)) current = undefined
    else if (current !== undefined) current.push(word)
    else if (word === 'tagboat' || word.endsWith('/src/main.ts')) commands.push((current = []))
  }
  return commands.filter((command) => command.length > 0)
}

/** The text with every fenced block blanked, so that lines keep their numbers. */
function withoutBlocks(markdown: string): string {
  return markdown.replace(/^( *)```[\s\S]*?^\1```$/gm, (block) => block.replace(/[^\n]/g, ''))
}

/** Anchors as GitHub makes them from headings. */
function headings(markdown: string): ReadonlySet<string> {
  const titles = [...withoutBlocks(markdown).matchAll(/^#+ (.*)$/gm)].map((match) => match[1] ?? '')
  return new Set(
    titles.map((title) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  )
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
