/** Verbs on one collection (or `collection/subresource`), as RBAC writes them. */
export interface Right {
  /** '' for core. */
  readonly group: string
  readonly resource: string
  readonly verbs: readonly string[]
  /** `watched`: in every namespace whose objects are worked on; `own`: in the controller's own; `flux`: in Flux's. */
  readonly where: 'watched' | 'own' | 'flux'
  /** Only objects of these names; absent: of any name. */
  readonly names?: readonly string[]
}

/** By which Flux's controllers show that they are alive. */
const fluxLeases = ['image-reflector-controller', 'image-automation-controller', 'source-controller'].map(
  (controller) => `${controller}-leader-election`,
)

const imageKinds = ['imagerepositories', 'imagepolicies', 'imageupdateautomations']

/**
 * Everything that the controller may have to do, and no more: `tagboat check` asks for it, deploy/ grants it. Secrets are
 * read and watched one by one, by the names that resources give; RBAC has no narrower words for that.
 */
export const controllerRights: readonly Right[] = [
  ...[...imageKinds, 'gitrepositories'].flatMap((resource) => rightsOn('tagboat.dev', resource)),
  ...imageKinds.flatMap((resource) => rightsOn('image.toolkit.fluxcd.io', resource)),
  ...rightsOn('source.toolkit.fluxcd.io', 'gitrepositories'),
  { group: '', resource: 'secrets', verbs: ['get', 'list', 'watch'], where: 'watched' },
  { group: '', resource: 'serviceaccounts', verbs: ['get'], where: 'watched' },
  { group: '', resource: 'namespaces', verbs: ['get'], where: 'watched' },
  { group: 'events.k8s.io', resource: 'events', verbs: ['create', 'patch'], where: 'watched' },
  { group: 'coordination.k8s.io', resource: 'leases', verbs: ['get', 'create', 'update'], where: 'own' },
  { group: 'coordination.k8s.io', resource: 'leases', verbs: ['get'], where: 'flux', names: fluxLeases },
]

/** Patch of the object itself takes `finalizers.fluxcd.io` off what is being deleted, so that nothing hangs. */
function rightsOn(group: string, resource: string): readonly Right[] {
  return [
    { group, resource, verbs: ['get', 'list', 'watch', 'patch'], where: 'watched' },
    { group, resource: `${resource}/status`, verbs: ['patch'], where: 'watched' },
  ]
}
