/** What a gate may know about an image; the facts of a tag fit. */
export interface GateFacts {
  readonly platforms?: readonly string[]
  readonly artifact?: boolean
  /** The error code with which the registry failed to answer. */
  readonly missing?: string
}

/** The fields of an ImagePolicy that gates read. */
export interface GateSpec {
  readonly platforms?: readonly string[] | undefined
}

/** Why a gate holds an image back. */
export interface Hold {
  readonly verdict: 'platform-missing' | 'not-an-image' | 'facts-missing'
  readonly reason: string
}

/** A gate's answer about one image: it may pass, it is held back, or a fact has to be fetched first. */
export type GateAnswer =
  | { readonly kind: 'pass' }
  | { readonly kind: 'hold'; readonly hold: Hold }
  | { readonly kind: 'ask'; readonly facts: readonly 'platforms'[] }

/** A gate of one policy, ready to judge. */
export interface Gate {
  /** Where it stands: before an image is offered, before it is pushed, before it is applied. */
  readonly at: 'select' | 'update' | 'sync'
  /** `facts` undefined: nobody has asked the registry about this image yet. */
  judge(facts: GateFacts | undefined): GateAnswer
}

/** A kind of gate. To add one: its file, a line in the table of `index.ts`, and cases in `policies/`. */
export interface GateKind {
  /** The gate of a policy, undefined if the policy does not ask for it. `field` names the spec in messages. */
  compile(spec: GateSpec, field: string): Gate | undefined
}
