import { isTag } from '#core/image/reference.ts'

/** What a path of the registry API names. */
export type Route =
  | { readonly kind: 'ping' }
  | { readonly kind: 'tags'; readonly repository: string }
  | { readonly kind: 'manifest'; readonly repository: string; readonly reference: string }
  | { readonly kind: 'blob'; readonly repository: string; readonly digest: string }
  | { readonly kind: 'upload'; readonly repository: string; readonly id: string }
  | { readonly kind: 'referrers'; readonly repository: string; readonly digest: string }

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const repositoryGrammar = new RegExp(`^${component}(?:/${component})*$`)
const digestGrammar = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[A-Za-z0-9=_-]+$/

/** The route of a path, undefined where the API has none (a repository name outside the grammar included). */
export function parseRoute(path: string): Route | undefined {
  if (path === '/v2/' || path === '/v2') return { kind: 'ping' }
  const match = /^\/v2\/(.+)\/(tags|manifests|blobs\/uploads|blobs|referrers)\/([^/]*)$/.exec(path)
  const [, repository = '', section, last = ''] = match ?? []
  if (repository.length > 255 || !repositoryGrammar.test(repository)) return undefined
  switch (section) {
    case 'tags':
      return last === 'list' ? { kind: 'tags', repository } : undefined
    case 'manifests':
      return isTag(last) || digestGrammar.test(last) ? { kind: 'manifest', repository, reference: last } : undefined
    case 'blobs/uploads':
      return { kind: 'upload', repository, id: last }
    case 'blobs':
      return { kind: 'blob', repository, digest: last }
    case 'referrers':
      return { kind: 'referrers', repository, digest: last }
    default:
      return undefined
  }
}
