import type { CommitInfo, GitReader } from '#flow/ports.ts'
import { gitOutput, type Operation } from './operation.ts'

/** Separates fields: no name or address can hold it, since git takes control characters out of them. */
const separator = '\u001f'
const format = ['%H', '%T', '%P', '%cn', '%ce', '%ct', '%B'].join('%x1f')

/** Commits of the mirror, newest first. Times of git are seconds. */
export async function readHistory(
  operation: Operation,
  query: Parameters<GitReader['log']>[1],
): Promise<readonly CommitInfo[]> {
  const range = query.except === undefined ? [query.from] : [query.from, `^${query.except}`]
  const paths = query.paths === undefined ? [] : ['--', ...query.paths]
  const names = query.withPaths === true ? ['--name-only', '--diff-merges=first-parent', '--no-renames'] : []
  const options = [
    '-z',
    '--no-show-signature',
    '--no-color',
    `--format=${format}`,
    `--max-count=${query.max}`,
    ...names,
  ]
  const output = await gitOutput(operation, ['log', ...options, '--end-of-options', ...range, ...paths])
  return parseHistory(output.toString())
}

const record = new RegExp(`^[0-9a-f]{40,64}${separator}`)

/**
 * Reads what `log` printed: commits and names end with NUL, fields with U+001F, a message may hold anything else, and
 * the names of a commit come after it, the first on a new line.
 */
export function parseHistory(output: string): readonly CommitInfo[] {
  const commits: CommitInfo[] = []
  const names: string[][] = []
  for (const text of output.split('\0')) {
    if (record.test(text.trimStart())) {
      commits.push(parseCommit(text))
      names.push([])
    } else if (text !== '') names.at(-1)?.push(text.replace(/^\n/, ''))
  }
  return commits.map((commit, index) => {
    const paths = names[index] ?? []
    return paths.length === 0 ? commit : { ...commit, paths }
  })
}

function parseCommit(text: string): CommitInfo {
  const [id = '', tree = '', parents = '', name = '', email = '', seconds = '', ...message] = text.split(separator)
  return {
    id: id.trim(),
    tree,
    parents: parents.split(' ').filter((parent) => parent !== ''),
    committer: { name, email, at: Number(seconds) * 1000 },
    message: message.join(separator),
  }
}
