/** Kinds that Tagboat reconciles; `Sync` is also the internal name of Flux's Kustomization. */
export type Kind = 'ImageRepository' | 'ImagePolicy' | 'ImageUpdateAutomation' | 'GitRepository' | 'Sync'

/** Names one object. `group` is the API group it came from, e.g. `tagboat.dev` or `image.toolkit.fluxcd.io`. */
export interface ObjectRef {
  readonly group: string
  readonly kind: Kind
  readonly namespace: string
  readonly name: string
}

/** The name of an object, taken from the object. */
export function keyOf({
  group,
  kind,
  metadata,
}: {
  readonly group: string
  readonly kind: Kind
  readonly metadata: { readonly namespace: string; readonly name: string }
}): ObjectRef {
  return { group, kind, namespace: metadata.namespace, name: metadata.name }
}

/** One text for one object, `tagboat.dev/ImagePolicy/apps/web`: for maps, state files and queues, not for people. */
export function keyText({ group, kind, namespace, name }: ObjectRef): string {
  return `${group}/${kind}/${namespace}/${name}`
}
