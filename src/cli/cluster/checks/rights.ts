import { controllerRights, type Right } from '#io/cluster/rights.ts'
import type { ServedKind } from '#io/cluster/cluster.ts'
import { at } from '../../print/resource-columns.ts'
import type { ClusterSession } from '../connect.ts'
import type { Finding } from './finding.ts'

/** Whose rights, and where. */
export interface RightsQuestion {
  /** `namespace/name` of a ServiceAccount; undefined: whoever asks. */
  readonly account: string | undefined
  /** Namespaces that are watched; empty: all. */
  readonly namespaces: readonly string[]
  /** Where the controller's Lease is. */
  readonly ownNamespace: string
  readonly fluxNamespace: string
}

/** One question to the API server. */
interface Access {
  readonly group: string
  readonly resource: string
  readonly subresource?: string
  readonly verb: string
  readonly namespace?: string
  readonly name?: string
}

/** May the controller do what it has to? Rights on kinds that are not served are not asked for. */
export async function checkRights(session: ClusterSession, question: RightsQuestion): Promise<readonly Finding[]> {
  const served = await session.cluster.kinds(session.signal)
  const fluxIsThere = served.some(({ group }) => group.endsWith('.toolkit.fluxcd.io'))
  const rights = controllerRights.filter((right) => {
    return findKind(right, served) !== undefined && (right.where !== 'flux' || fluxIsThere)
  })
  return Promise.all(rights.map(async (right) => checkRight(right, { session, question, served })))
}

interface Asking {
  readonly session: ClusterSession
  readonly question: RightsQuestion
  readonly served: readonly ServedKind[]
}

async function checkRight(right: Right, { session, question, served }: Asking): Promise<Finding> {
  const [resource = '', subresource] = right.resource.split('/')
  const check = `rights on ${nameOf(right)}${right.where === 'flux' ? ` in ${question.fluxNamespace}` : ''}`
  const isNamespaced = findKind(right, served)?.namespaced ?? true
  const places = isNamespaced ? placesOf(right, question) : [undefined]
  const what = { group: right.group, resource, ...(subresource !== undefined && { subresource }) }
  const accesses = places.flatMap((namespace) =>
    right.verbs.flatMap((verb) =>
      (right.names ?? [undefined]).map((name): Access => {
        return { ...what, verb, ...(namespace !== undefined && { namespace }), ...(name !== undefined && { name }) }
      }),
    ),
  )
  const answers = await Promise.all(accesses.map(async (access) => mayDo(access, question, session)))
  const refused = accesses.filter((_, index) => answers[index] === false)
  if (refused.length === 0) return { check, ok: true, message: right.verbs.join(', ') }
  const hint = 'grant it to the account of the controller (ClusterRole and RoleBindings of deploy/)'
  return { check, ok: false, message: `may not ${refusals(refused)}`, hint }
}

/** `get, list in a; list in b`, without places where everywhere is meant. */
function refusals(refused: readonly Access[]): string {
  const places = [...new Set(refused.map(({ namespace }) => namespace))]
  const texts = places.map((place) => {
    const verbs = [...new Set(refused.filter(({ namespace }) => namespace === place).map(({ verb }) => verb))].join(
      ', ',
    )
    return place === undefined ? verbs : `${verbs} in ${place}`
  })
  return texts.join('; ')
}

/** As kubectl writes it: `imagepolicies.tagboat.dev/status`. */
function nameOf({ group, resource }: Right): string {
  const [plural = '', subresource] = resource.split('/')
  const name = group === '' ? plural : `${plural}.${group}`
  return subresource === undefined ? name : `${name}/${subresource}`
}

function placesOf({ where }: Right, question: RightsQuestion): readonly (string | undefined)[] {
  if (where === 'own') return [question.ownNamespace]
  if (where === 'flux') return [question.fluxNamespace]
  return question.namespaces.length === 0 ? [undefined] : question.namespaces
}

const apiVersion = 'authorization.k8s.io/v1'

/** Without an account anybody may ask about himself; about others only who may create SubjectAccessReviews. */
async function mayDo(access: Access, { account }: RightsQuestion, session: ClusterSession): Promise<boolean> {
  const { cluster, signal } = session
  const isOwn = account === undefined
  const kind = isOwn ? 'SelfSubjectAccessReview' : 'SubjectAccessReview'
  const gvr = { group: 'authorization.k8s.io', version: 'v1', resource: `${kind.toLowerCase()}s` }
  const subject = isOwn ? {} : subjectOf(account)
  const spec = { resourceAttributes: access, ...subject }
  return at(await cluster.review(gvr, { apiVersion, kind, spec }, signal), 'allowed') === true
}

function subjectOf(account: string): object {
  const [namespace = '', name = ''] = account.split('/')
  return {
    user: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:authenticated', 'system:serviceaccounts', `system:serviceaccounts:${namespace}`],
  }
}

function findKind({ group, resource }: Right, served: readonly ServedKind[]): ServedKind | undefined {
  const [plural] = resource.split('/')
  return served.find((one) => one.group === group && one.resource === plural)
}
