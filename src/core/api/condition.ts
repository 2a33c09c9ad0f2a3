/** A Kubernetes condition without its times, which the writer of the status keeps. */
export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  /** PascalCase, Flux's where Flux has one. */
  readonly reason: string
  readonly message: string
  readonly observedGeneration?: number
}

/** Something that happened to an object, for people: becomes a Kubernetes event, or a log line in files mode. */
export interface ObjectEvent {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  readonly metadata: Readonly<Record<string, string>>
}
