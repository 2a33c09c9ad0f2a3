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
  const options = ['-z', '--no-show-signature', '--no-color', `--format=${format}`, `--max-count=${query.max}`]
  const output = await gitOutput(operation, ['log', ...options, '--end-of-options', ...range, ...paths])
  return parseHistory(output.toString())
}

/** Reads what `log` printed: commits end with NUL, fields with U+001F, and a message may hold anything else. */
export function parseHistory(output: string): readonly CommitInfo[] {
  return output
    .split('\0')
    .filter((record) => record.includes(separator))
    .map((record) => {
      const [id = '', tree = '', parents = '', name = '', email = '', seconds = '', ...message] =
        record.split(separator)
      return {
        id: id.trim(),
        tree,
        parents: parents.split(' ').filter((parent) => parent !== ''),
        committer: { name, email, at: Number(seconds) * 1000 },
        message: message.join(separator),
      }
    })
}
