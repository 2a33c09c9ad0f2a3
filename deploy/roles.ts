import { ownGroup } from '#core/api/group.ts'
import { specSchemas, type ResourceKind } from '#core/api/kinds.ts'
import { controllerRights, type Right } from '#io/cluster/rights.ts'
import { crdNames } from './crd-names.ts'

const name = 'tagboat'
const namespace = 'tagboat-system'
const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': name }
const apiVersion = 'rbac.authorization.k8s.io/v1'

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
  readonly resourceNames?: readonly string[]
}

/** The roles of the controller, its rights and no more, with their bindings; and what people's roles gain. */
export function roles(): readonly object[] {
  const ownRights = controllerRights.filter(({ where }) => where === 'own')
  const otherRights = controllerRights.filter(({ where }) => where !== 'own')
  return [
    role('ClusterRole', { name, labels }, rulesOf(otherRights)),
    binding('ClusterRole', { name, labels }),
    role('Role', { name, namespace, labels }, rulesOf(ownRights)),
    binding('Role', { name, namespace, labels }),
    role('ClusterRole', peopleMetadata('view'), [peopleRule(['get', 'list', 'watch'])]),
    role('ClusterRole', peopleMetadata('edit'), [
      peopleRule(['create', 'delete', 'deletecollection', 'patch', 'update']),
    ]),
  ]
}

function role(kind: 'Role' | 'ClusterRole', metadata: object, rules: readonly Rule[]): object {
  return { apiVersion, kind, metadata, rules }
}

function binding(kind: 'Role' | 'ClusterRole', metadata: object): object {
  const apiGroup = 'rbac.authorization.k8s.io'
  return {
    apiVersion,
    kind: `${kind}Binding`,
    metadata,
    roleRef: { apiGroup, kind, name },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  }
}

/** One rule for all collections of a group on which the same may be done. */
function rulesOf(rights: readonly Right[]): readonly Rule[] {
  const groups = Map.groupBy(rights, ({ group, verbs, names = [] }) => [group, ...verbs, '', ...names].join(' '))
  return [...groups.values()].map((alike) => {
    const [{ group, verbs, names } = { group: '', verbs: [] }] = alike
    const resources = alike.map(({ resource }) => resource)
    return { apiGroups: [group], resources, verbs, ...(names !== undefined && { resourceNames: names }) }
  })
}

/** Kubernetes adds such a role to those of its own that people usually have. */
function peopleMetadata(verb: 'view' | 'edit'): object {
  const into = verb === 'view' ? ['view', 'edit', 'admin'] : ['edit', 'admin']
  const aggregated = into.map((one) => [`rbac.authorization.k8s.io/aggregate-to-${one}`, 'true'])
  return { name: `${name}-${verb}`, labels: { ...labels, ...Object.fromEntries(aggregated) } }
}

function peopleRule(verbs: readonly string[]): Rule {
  const resources = (Object.keys(specSchemas) as ResourceKind[]).map((kind) => crdNames[kind].plural)
  return { apiGroups: [ownGroup], resources, verbs }
}
