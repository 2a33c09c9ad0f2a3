/** Kinds that Tagboat reconciles; `Sync` is also the internal name of Flux's Kustomization. */
export type Kind = 'ImageRepository' | 'ImagePolicy' | 'ImageUpdateAutomation' | 'GitRepository' | 'Sync'

/** Names one object. `group` is the API group it came from, e.g. `tagboat.dev` or `image.toolkit.fluxcd.io`. */
export interface ObjectRef {
  readonly group: string
  readonly kind: Kind
  readonly namespace: string
  readonly name: string
}
