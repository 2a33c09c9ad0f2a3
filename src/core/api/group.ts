import { didYouMean, findNearest } from './nearest.ts'
import type { Kind, ObjectRef } from './object-ref.ts'

/** The group of our own kinds. */
export const ownGroup = 'tagboat.dev'

interface Accepted {
  readonly group: string
  readonly versions: readonly string[]
  /** As written in that group → as we call it. */
  readonly kinds: Readonly<Record<string, Kind>>
  /** Flux's kinds of that group that have no counterpart here and are passed over. */
  readonly others: readonly string[]
}

/** Every group, version and kind that is read, in the order in which a reference without a group is looked up. */
export const acceptedGroups: readonly Accepted[] = [
  {
    group: ownGroup,
    versions: ['v1'],
    kinds: {
      ImageRepository: 'ImageRepository',
      ImagePolicy: 'ImagePolicy',
      ImageUpdateAutomation: 'ImageUpdateAutomation',
      GitRepository: 'GitRepository',
      Sync: 'Sync',
    },
    others: [],
  },
  {
    group: 'image.toolkit.fluxcd.io',
    versions: ['v1', 'v1beta2'],
    kinds: {
      ImageRepository: 'ImageRepository',
      ImagePolicy: 'ImagePolicy',
      ImageUpdateAutomation: 'ImageUpdateAutomation',
    },
    others: [],
  },
  {
    group: 'source.toolkit.fluxcd.io',
    versions: ['v1'],
    kinds: { GitRepository: 'GitRepository' },
    others: ['HelmRepository', 'HelmChart', 'OCIRepository', 'Bucket', 'ExternalArtifact'],
  },
  {
    group: 'kustomize.toolkit.fluxcd.io',
    versions: ['v1'],
    kinds: { Kustomization: 'Sync' },
    others: [],
  },
]

/** What an apiVersion and kind say: one of ours, nothing to us, or a mistake. */
export type Identity =
  | { readonly is: 'ours'; readonly group: string; readonly kind: Kind }
  | { readonly is: 'foreign' }
  | { readonly is: 'mistaken'; readonly field: 'apiVersion' | 'kind'; readonly message: string }

/**
 * Finds the internal kind of an object. Objects of other groups and Flux's kinds without a counterpart are foreign;
 * another version of a kind that is read, an unknown kind of a group that is read, and a group that is nearly one of
 * them are mistakes, with the name that was probably meant.
 */
export function identify(apiVersion: string, kind: string): Identity {
  const [group = '', version = '', ...rest] = apiVersion.split('/')
  const row = acceptedGroups.find((one) => one.group === group)
  if (row === undefined) return identifyForeign(apiVersion, group, kind)
  const internal = Object.hasOwn(row.kinds, kind) ? row.kinds[kind] : undefined
  if (internal === undefined) return identifyKind(row, kind)
  if (row.versions.includes(version) && rest.length === 0) return { is: 'ours', group, kind: internal }
  const wanted = row.versions.map((one) => `${group}/${one}`).join(' or ')
  return { is: 'mistaken', field: 'apiVersion', message: `${apiVersion} of ${kind} is not read; write ${wanted}` }
}

function identifyKind(row: Accepted, kind: string): Identity {
  const names = Object.keys(row.kinds)
  const known = row.others.includes(kind)
  // A group of which everything is read has no kinds that are nothing to us; of the others only a near miss is one.
  const isMistake = !known && (row.group === ownGroup || row.others.length === 0 || isNear(kind, names))
  if (!isMistake) return { is: 'foreign' }
  return { is: 'mistaken', field: 'kind', message: `${row.group} has no kind ${kind}${didYouMean(kind, names)}` }
}

function identifyForeign(apiVersion: string, group: string, kind: string): Identity {
  const meant = acceptedGroups.find((row) => Object.hasOwn(row.kinds, kind) && isNear(group, [row.group]))
  if (meant === undefined) return { is: 'foreign' }
  const message = `unknown group ${apiVersion}; did you mean ${meant.group}/${meant.versions[0] ?? ''}?`
  return { is: 'mistaken', field: 'apiVersion', message }
}

/** A slip of the keyboard, and not merely something alike. */
function isNear(word: string, candidates: readonly string[]): boolean {
  const nearest = findNearest(word, candidates)
  return nearest !== undefined && Math.abs(nearest.length - word.length) <= 2 && word[0] === nearest[0]
}

/** The kind as its group calls it: `Kustomization` for a Sync of Flux's group. */
export function writtenKind(ref: Pick<ObjectRef, 'group' | 'kind'>): string {
  const kinds = acceptedGroups.find(({ group }) => group === ref.group)?.kinds ?? {}
  return Object.keys(kinds).find((kind) => kinds[kind] === ref.kind) ?? ref.kind
}

/** An object for people: `ImagePolicy apps/web`. */
export function printObject(ref: ObjectRef): string {
  return `${writtenKind(ref)} ${ref.namespace}/${ref.name}`
}

/** The groups that have a kind, the one of the referring object's family (Tagboat's or Flux's) first. */
function groupsOf(kind: Kind, referrerGroup: string): readonly string[] {
  const groups = acceptedGroups.filter(({ kinds }) => Object.values(kinds).includes(kind)).map(({ group }) => group)
  return referrerGroup === ownGroup ? groups : groups.toReversed()
}

/**
 * The objects that a reference may mean, in the order in which they are to be tried: in the referring object's family
 * of groups, then in the other; with an `apiVersion` in that group alone. Without a namespace: the referrer's own.
 */
export function referenceKeys(
  from: { readonly group: string; readonly metadata: { readonly namespace: string } },
  to: {
    readonly kind: Kind
    readonly name: string
    readonly namespace?: string | undefined
    readonly apiVersion?: string | undefined
  },
): readonly ObjectRef[] {
  const namespace = to.namespace === undefined || to.namespace === '' ? from.metadata.namespace : to.namespace
  const named = to.apiVersion?.split('/')[0] ?? ''
  const groups = groupsOf(to.kind, from.group).filter((group) => named === '' || group === named)
  return groups.map((group) => ({ group, kind: to.kind, namespace, name: to.name }))
}
