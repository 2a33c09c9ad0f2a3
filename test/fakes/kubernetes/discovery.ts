import type { Json } from './json.ts'
import type { FakeKind } from './store.ts'

const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']

/** What `/api` and `/apis` answer to a client that knows the aggregated form. */
export function aggregated(kinds: readonly FakeKind[], isCore: boolean): Json {
  const groups = Map.groupBy(
    kinds.filter(({ group }) => (group === '') === isCore),
    ({ group }) => group,
  )
  const items = [...groups].map(([name, ofGroup]) => ({
    metadata: { name },
    versions: [...Map.groupBy(ofGroup, ({ version }) => version)].map(([version, ofVersion]) => ({
      version,
      freshness: 'Current',
      resources: ofVersion.map(aggregatedResource),
    })),
  }))
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items }
}

function aggregatedResource({ group, version, resource, kind, namespaced, shortNames = [] }: FakeKind): Json {
  return {
    resource,
    responseKind: { group, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.toLowerCase(),
    verbs,
    shortNames,
    subresources: [
      { subresource: 'status', responseKind: { group, version, kind }, verbs: ['get', 'patch', 'update'] },
    ],
  }
}

/** The older form, of `/api`, `/apis`, `/api/v1` and `/apis/GROUP/VERSION`; undefined for what is not served. */
export function plain(kinds: readonly FakeKind[], path: string): Json | undefined {
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] }
  if (path === '/apis') return groupList(kinds)
  const [, root, ...names] = path.split('/')
  const [version = '', group = '', ...rest] = names.toReversed()
  if (rest.length > 0 || (root === 'api') !== (group === '')) return undefined
  const served = kinds.filter((one) => one.group === group && one.version === version)
  if (served.length === 0) return undefined
  const resources = served.flatMap(({ resource, kind, namespaced, shortNames = [] }) => [
    { name: resource, singularName: kind.toLowerCase(), namespaced, kind, verbs, shortNames },
    { name: `${resource}/status`, singularName: '', namespaced, kind, verbs: ['get', 'patch', 'update'] },
  ])
  return { kind: 'APIResourceList', groupVersion: group === '' ? version : `${group}/${version}`, resources }
}

function groupList(kinds: readonly FakeKind[]): Json {
  const groups = Map.groupBy(
    kinds.filter(({ group }) => group !== ''),
    ({ group }) => group,
  )
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: [...groups].map(([name, ofGroup]) => {
      const versions = [...new Set(ofGroup.map(({ version }) => version))]
      const named = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }))
      return { name, versions: named, preferredVersion: named[0] }
    }),
  }
}
