interface Link {
  readonly target: string
  /** Lower-case relation types; undefined if the link names none. */
  readonly relations: readonly string[] | undefined
}

// `<target>`, or without the brackets up to a separator, then parameters whose values may be quoted in two ways.
const link =
  /\s*(?:<(?<target>[^>]*)>|(?<bare>[^\s;,<]*))(?<parameters>(?:\s*;\s*[^\s=;,]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s;,"']*))?)*)\s*(?:,|$)/gy
const relation = /;\s*rel\s*=\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<plain>[^\s;,"']*))/i

/**
 * The query of the next page that the `Link` headers of a page name, without `?`; undefined at the end of the list.
 * Only the query counts: host and path of the target are often wrong (lost ports, internal names, lost prefixes), and
 * a target elsewhere must not be followed. Accepts what registries send: several links, no brackets, `next` in any
 * quotes and case, a lone link without relation. An empty target is the end.
 */
export function nextQuery(headers: readonly string[]): string | undefined {
  const links = headers.flatMap(parseLinks)
  const next = links.find(({ relations }) => relations?.includes('next') === true)
  const lone = links.length === 1 && links[0]?.relations === undefined ? links[0] : undefined
  const target = (next ?? lone)?.target.trim() ?? ''
  return target === '' ? undefined : queryOf(target)
}

function queryOf(target: string): string {
  const [beforeFragment = ''] = target.split('#', 1)
  const at = beforeFragment.indexOf('?')
  return at < 0 ? '' : beforeFragment.slice(at + 1)
}

function parseLinks(header: string): readonly Link[] {
  return [...header.matchAll(link)]
    .filter(({ 0: text }) => text.replaceAll(',', '').trim() !== '')
    .map(({ groups = {} }) => ({
      target: groups['target'] ?? groups['bare'] ?? '',
      relations: relationsOf(groups['parameters'] ?? ''),
    }))
}

function relationsOf(parameters: string): readonly string[] | undefined {
  const groups = relation.exec(parameters)?.groups
  if (groups === undefined) return undefined
  return (groups['double'] ?? groups['single'] ?? groups['plain'] ?? '').toLowerCase().split(/\s+/)
}
