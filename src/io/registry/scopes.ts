const readActions = new Set(['pull', 'metadata_read', 'content_read'])

/** What a token for a repository must permit by default, e.g. `repository:org/app:pull`. */
export function scopeFor(repository: string, actions: string): string {
  return `repository:${repository}:${actions}`
}

/**
 * The part of a demanded scope that is worth asking for: what concerns this repository, reading actions alone, or `*`.
 * Servers also demand scopes of other repositories, or rights to push.
 */
export function demandedScopes(scope: string, repository: string): readonly string[] {
  return scope.split(/\s+/).flatMap((item) => {
    if (item === '*') return [item]
    const prefix = `repository:${repository}:`
    const actions = item.startsWith(prefix) ? item.slice(prefix.length).split(',') : []
    const reading = actions.filter((action) => readActions.has(action))
    return reading.length === 0 ? [] : [`${prefix}${reading.join(',')}`]
  })
}
