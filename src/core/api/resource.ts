import type { ObjectRef } from './object-ref.ts'

/** The parts of Kubernetes metadata that decisions use. Files mode: generation 1, namespace `default` if absent. */
export interface Metadata {
  readonly namespace: string
  readonly name: string
  readonly uid?: string
  readonly generation: number
  readonly annotations: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly deletionTimestamp?: string
  /** Version of the object that was read (cluster): a status computed from it is written over no other. */
  readonly resourceVersion?: string
}

/** Something in a spec that works but is probably not what its author wants. */
export interface SpecWarning {
  /** PascalCase, e.g. `InsecureTransport`. */
  readonly reason: string
  /** One line that begins with the field. */
  readonly message: string
}

/** One parsed object of a kind, whichever group it came from. */
export interface ResourceOf<Kind extends ObjectRef['kind'], Spec, Status> {
  readonly group: string
  /** As written, e.g. `image.toolkit.fluxcd.io/v1beta2`: status goes back there. */
  readonly apiVersion: string
  readonly kind: Kind
  readonly metadata: Metadata
  readonly spec: Spec
  readonly status: Status | undefined
  /** Where it was read, for messages: file and line (files mode). */
  readonly origin?: { readonly file: string; readonly line: number }
  /** What was passed over when it was read (cluster): fields that are not known, policies beyond the first. */
  readonly warnings?: readonly SpecWarning[]
}
