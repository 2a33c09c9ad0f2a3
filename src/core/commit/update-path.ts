import { AppError, quoteOutside } from '../error.ts'

const maxLength = 4096

/**
 * `spec.update.path` as a path within the tree: `` (the whole tree), `apps`, `apps/web.yaml`. Leading `./` and `/` and a
 * trailing `/` mean nothing. `COMMIT_PATH_INVALID` for a `..` or `.git` segment, NUL, or more than 4096 characters.
 */
export function parseUpdatePath(text: string, field: string): string {
  const segments = text.split('/').filter((segment) => segment !== '' && segment !== '.')
  const wrong = segments.find((segment) => segment === '..' || segment.toLowerCase() === '.git')
  const problem =
    wrong === undefined
      ? text.length > maxLength
        ? 'it is longer than 4096 characters'
        : undefined
      : `"${wrong}" is not allowed in it`
  if (problem !== undefined || text.includes('\0')) {
    throw new AppError(
      'COMMIT_PATH_INVALID',
      `${field}: ${problem ?? 'NUL is not allowed in it'}: "${quoteOutside(text, 100)}"`,
    )
  }
  return segments.join('/')
}

/** Does a path of the tree lie at or below a root (`` is the whole tree)? */
export function isBelow(path: string, root: string): boolean {
  return root === '' || path === root || path.startsWith(`${root}/`)
}
