import diff from 'semver/functions/diff.js'

/**
 * Names the step from one version to another by npm's `semver`: `major`, `minor`, `patch`, `premajor`, `preminor`,
 * `prepatch`, `prerelease`, `release`. Undefined where either text is no strict version (`1.02.3`), or nothing that
 * counts differs.
 */
export function nameChange(from: string, to: string): string | undefined {
  try {
    return diff(from, to) ?? undefined
  } catch {
    return undefined
  }
}
