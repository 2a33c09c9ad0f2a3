import { acceptedGroups, ownGroup } from '#core/api/group.ts'
import type { ResourceKind } from '#core/api/kinds.ts'

/** A column of `kubectl get`. */
interface Column {
  readonly name: string
  readonly type: 'string' | 'date'
  readonly jsonPath: string
  readonly priority?: number
}

interface Names {
  readonly plural: string
  readonly description: string
  readonly columns: readonly Column[]
  readonly shortNames: { readonly tagboat: readonly string[]; readonly flux: readonly string[] }
  /** Beside `all`. */
  readonly fluxCategories: readonly string[]
}

const ready: Column = { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' }
const status: Column = { name: 'Status', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].message' }
const age: Column = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }
const text = (name: string, jsonPath: string, priority = 0): Column => ({
  name,
  type: 'string',
  jsonPath,
  ...(priority === 0 ? {} : { priority }),
})

const imageCategories = ['fluxcd', 'fluxcd-images']

/** How each kind is called and shown; columns, and the names in Flux's groups, are Flux's. */
export const crdNames: Readonly<Record<ResourceKind, Names>> = {
  ImageRepository: {
    plural: 'imagerepositories',
    description: 'An image in a registry whose tags are read.',
    columns: [
      text('Image', '.spec.image'),
      text('Tags', '.status.lastScanResult.tagCount'),
      ready,
      status,
      text('Last scan', '.status.lastScanResult.scanTime', 1),
      age,
    ],
    shortNames: { tagboat: ['timgrepo'], flux: ['imgrepo', 'imagerepo'] },
    fluxCategories: imageCategories,
  },
  ImagePolicy: {
    plural: 'imagepolicies',
    description: 'Which tag of an ImageRepository is the one to run.',
    columns: [text('Image', '.status.latestRef.name'), text('Tag', '.status.latestRef.tag'), ready, status, age],
    shortNames: { tagboat: ['timgpol'], flux: ['imgpol', 'imagepol'] },
    fluxCategories: imageCategories,
  },
  GitRepository: {
    plural: 'gitrepositories',
    description: 'A Git repository that is read, and written by image automation.',
    columns: [text('URL', '.spec.url'), ready, status, age],
    shortNames: { tagboat: ['tgit'], flux: ['gitrepo'] },
    fluxCategories: ['fluxcd', 'fluxcd-sources'],
  },
  ImageUpdateAutomation: {
    plural: 'imageupdateautomations',
    description: 'Writes what policies elect into the files of a GitRepository, and pushes.',
    columns: [ready, status, text('Last run', '.status.lastAutomationRunTime', 1), age],
    shortNames: { tagboat: ['tiua'], flux: ['iua', 'imgupd', 'imgauto'] },
    fluxCategories: imageCategories,
  },
}

/** Whose group a definition is for. */
export type Family = 'tagboat' | 'flux'

/** The group of a kind in a family, and its versions; the first is the one that is stored. */
export function groupOf(kind: ResourceKind, family: Family): { group: string; versions: readonly string[] } {
  const found = acceptedGroups.find(
    ({ group, kinds }) => (group === ownGroup) === (family === 'tagboat') && kind in kinds,
  )
  if (found === undefined) throw new Error(`${family} has no ${kind}`)
  return { group: found.group, versions: found.versions }
}
